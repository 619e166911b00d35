#include "agent/service/service.h"

#include <utility>
#include <vector>

#include "common/duration.h"
#include "common/log.h"
#include "proto/codec.h"

namespace loads::agent {
namespace {

using namespace std::chrono_literals;

constexpr auto kTurn = 50ms;
constexpr auto kPatience = 20s;  // for shares to end and their figures to be taken, when the agent is asked to end
constexpr auto kFarewell = 3s;   // for a silent broker to come back then: it is probably ending, too, and the disk keeps the figures

}  // namespace

Service::Service(Identity identity, const RealOutside::Places& places, const RealOutside::Rules& rules, const std::string& backend,
                 const std::optional<wire::PeerKeys>& keys, std::optional<std::chrono::nanoseconds> end_without_broker,
                 std::size_t spool_limit)
    : link_(backend, keys, poller_),
      silence_(backend, keys.has_value()),
      outside_(places, {[this](std::string bytes) { link_.send(bytes); }, [](std::string_view line) { log::info(line); }}, rules),
      incarnation_(identity.incarnation),
      agent_(std::move(identity), outside_, spool_limit),
      end_without_broker_(end_without_broker) {
  for (const auto& kept : outside_.restore()) agent_.restore(kept.prepare, kept.checkpoint, kept.batches);
}

void Service::run(StopSignals& stop) {
  std::optional<Clock::time_point> end;
  notify_.ready();
  while (!is_orphaned()) {
    wait(stop);
    if (stop.came()) {
      if (end) break;
      end = Clock::now() + kPatience;
      log::info("ending as soon as what was measured is with the broker");
      notify_.stopping();
      agent_.wind_down(now());
    }
    listen();
    tell_silence();
    outside_.serve(agent_, now());
    agent_.tick(now());
    notify_.status(describe());
    notify_.alive();
    if (end && (may_go() || Clock::now() >= *end)) break;
  }
  if (is_orphaned()) log::info("ending: no broker was heard for " + format_duration(*end_without_broker_));
  say_goodbye();
}

void Service::wait(StopSignals& stop) {
  std::vector<pollfd> wanted;
  outside_.add_to(wanted);
  std::set<int> descriptors{stop.descriptor()};
  for (const pollfd& one : wanted) descriptors.insert(one.fd);
  for (const int descriptor : polled_) {
    if (!descriptors.contains(descriptor)) poller_.remove_descriptor(descriptor);
  }
  for (const int descriptor : descriptors) {
    if (!polled_.contains(descriptor)) poller_.add_descriptor(descriptor);
  }
  polled_ = std::move(descriptors);
  poller_.wait(kTurn);
}

void Service::listen() {
  while (auto bytes = link_.receive()) {
    const auto decoded = proto::decode<proto::ToAgent>(*bytes);
    if (decoded) {
      agent_.on_broker(decoded.message, now());
    } else if (std::exchange(misunderstood_, decoded.error) != decoded.error) {
      log::error("a message of the broker makes no sense here: " + decoded.error);
    }
  }
  link_.renew_when_silent();
}

void Service::tell_silence() {
  const std::string warning = silence_.warning(link_.silence(), !agent_.is_at_work());
  if (!warning.empty()) log::warn(warning);
  if (silence_.is_over(link_.silence())) log::info("the broker answers");
}

bool Service::is_orphaned() const { return end_without_broker_ && link_.silence() >= *end_without_broker_ && !agent_.is_at_work(); }

bool Service::may_go() const { return agent_.is_idle() || (!agent_.is_at_work() && link_.silence() >= kFarewell); }

std::string Service::describe() const {
  return std::string(agent_.is_idle() ? "idle, " : "working, ") + (agent_.is_connected() ? "with its broker" : "without a broker");
}

void Service::say_goodbye() {
  link_.send(proto::encode(proto::Goodbye{incarnation_}));
  poller_.wait(100ms);  // a closed socket forgets what was not written yet
}

}  // namespace loads::agent
