#include "engine/user/context.h"

#include <utility>

#include "engine/user/virtual_user.h"

namespace loads::user {
namespace {

http::ClientSettings client_settings(const Settings& settings) {
  http::ClientSettings out;
  out.headers = settings.headers;
  out.timeout = settings.timeout;
  out.connect_timeout = settings.connect_timeout;
  out.trace = settings.trace;
  out.target_rules = settings.target_rules;
  out.net = settings.connections.options;
  out.connections = settings.connections.policy;
  out.agent = settings.agent_index;
  for (const std::string& text : settings.connections.local_addresses) {
    if (const auto address = dns::Address::parse(text, 0)) out.local_addresses.push_back(*address);
  }
  return out;
}

}  // namespace

Context::Context(const Settings& settings_in, dns::Resolver& resolver, std::size_t expected_users, metrics::LiveTally* tally)
    : settings(settings_in),
      loop(expected_users),
      recorder(tally),
      http(loop, resolver, recorder, client_settings(settings_in)),
      session(settings_in.session) {
  loop.on_switch([](fiber::Fiber* fiber) { VirtualUser::enter(fiber == nullptr ? nullptr : static_cast<VirtualUser*>(fiber->owner)); });
}

}  // namespace loads::user
