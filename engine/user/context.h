#pragma once

#include "common/metrics/recorder.h"
#include "engine/dns/resolver.h"
#include "engine/fiber/loop.h"
#include "engine/http/client.h"
#include "engine/session/conversation.h"
#include "engine/user/settings.h"

namespace loads::user {

// What the virtual users of one thread share. Outlives them.
struct Context {
  // `tally` is where the thread counts, and outlives this; null: memory of its own.
  Context(const Settings& settings_in, dns::Resolver& resolver, std::size_t expected_users, metrics::LiveTally* tally = nullptr);

  const Settings& settings;
  std::uint32_t users = 1;  // of this agent, in the present step
  fiber::Loop loop;
  metrics::Recorder recorder;
  http::ClientContext http;
  const session::ConversationSettings& session;
};

}  // namespace loads::user
