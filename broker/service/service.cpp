#include "broker/service/service.h"

#include <unistd.h>

#include <algorithm>
#include <thread>
#include <utility>

#include "common/failure.h"
#include "common/log.h"
#include "proto/codec.h"

namespace loads::broker {
namespace {

using namespace std::chrono_literals;

constexpr int kMostInATurn = 256;  // messages from one door, so that no other waits for long
constexpr auto kCommitPeriod = 20ms;
constexpr std::size_t kCommitBytes = 4 * 1024 * 1024;  // a sync takes about as long for many as for few
constexpr auto kTickPeriod = 50ms;
constexpr auto kStatusPeriod = 1s;
constexpr auto kTidyingPeriod = 60s;
constexpr std::uint64_t kCrowd = 100;  // messages in a tick from which on they are gathered
constexpr auto kGathering = 1ms;

Identity identity_of(Shelf& shelf, std::string publisher) {
  return {shelf.cluster(), shelf.store().next_epoch(), static_cast<std::uint32_t>(::getpid()), std::move(publisher)};
}

// Of the frontend. Whoever has only a viewer's key may look.
bool may(wire::Role role, const proto::FromConsole& message) {
  if (role == wire::Role::anyone_local || role == wire::Role::runner) return true;
  const bool looks = std::holds_alternative<proto::Ping>(message) || std::holds_alternative<proto::Attach>(message);
  return role == wire::Role::viewer && looks;
}

}  // namespace

Service::Service(Doors& doors, Shelf& shelf, Announcer& announcer, std::size_t keep_runs)
    : doors_(doors),
      shelf_(shelf),
      announcer_(announcer),
      keep_runs_(keep_runs),
      broker_(identity_of(shelf, doors.publisher().last_endpoint()), *this) {
  for (RunRecord& record : shelf_.open_runs()) {
    log::info("run " + record.run + " goes on: " + record.order.plan.test);
    broker_.restore(std::move(record), now());
  }
}

Now Service::now() const {
  return {std::chrono::duration_cast<proto::Nanoseconds>(Clock::now().time_since_epoch()), std::chrono::system_clock::now()};
}

void Service::run(StopSignals& stop) {
  notify_.ready();
  for (bool more = false; !stop.came();) {
    doors_.wait(more ? 0ms : 10ms, stop.descriptor());
    if (!more) gather();
    doors_.attend();
    more = take_from_agents();
    more = take_from_consoles() || more;
    commit_when_due();
    tick_when_due();
    notify_.alive();
  }
  notify_.stopping();
  broker_.committed(now(), shelf_.commit());
  doors_.wait(100ms, stop.descriptor());  // a closed socket forgets what was not written yet
}

// To wake up for every message costs more than the message: when they come by the thousand, some are waited for.
void Service::gather() const {
  if (crowded_) std::this_thread::sleep_for(kGathering);
}

bool Service::take_from_agents() {
  for (int i = 0; i < kMostInATurn; ++i) {
    const auto received = doors_.backend().receive();
    if (!received) return false;
    ++received_;
    handle_agent(*received);
  }
  return true;
}

bool Service::take_from_consoles() {
  for (int i = 0; i < kMostInATurn; ++i) {
    const auto received = doors_.frontend().receive();
    if (!received) return false;
    handle_console(*received);
  }
  return true;
}

void Service::handle_agent(const wire::Received& received) {
  const auto role = doors_.role_of(received);
  if (role != wire::Role::agent && role != wire::Role::anyone_local) {
    to_agent(received.route, proto::Refused{"keys", "this broker does not take you for an agent (any more)"});
    return complain(received, "it is no agent");
  }
  auto decoded = proto::decode<proto::FromAgent>(received.bytes);
  if (!decoded) {
    to_agent(received.route, proto::Refused{"version", decoded.error});
    return complain(received, decoded.error);
  }
  const auto* hello = std::get_if<proto::Hello>(&decoded.message);
  if (hello != nullptr && !owns(received, hello->agent)) return;
  to_commit_ = to_commit_ || std::holds_alternative<proto::Batch>(decoded.message);
  broker_.on_agent(received.route, std::move(decoded.message), received.bytes, now());
}

// With a stolen name an agent could report for another, with its own key it cannot.
bool Service::owns(const wire::Received& received, const std::string& agent) {
  const auto why_not = shelf_.why_not_agent_of(agent, std::string(wire::peer_name(received.user_id)));
  to_commit_ = true;           // it may be a new one
  if (!why_not) return false;  // while the disk does not tell it says hello again and again
  if (why_not->empty()) return true;
  to_agent(received.route, proto::Refused{"keys", *why_not});
  complain(received, *why_not);
  return false;
}

void Service::handle_console(const wire::Received& received) {
  const auto role = doors_.role_of(received);
  const auto decoded = proto::decode<proto::FromConsole>(received.bytes);
  if (!decoded) {
    to_console(received.route, proto::Error{0, exit_code::no_broker, "version",
                                            "the broker does not understand this loads-runner: " + decoded.error + "."});
    return complain(received, decoded.error);
  }
  if (!role || !may(*role, decoded.message)) {
    const auto request = std::visit(
        [](const auto& one) -> std::uint64_t {
          if constexpr (requires { one.request; })
            return one.request;
          else
            return 0;
        },
        decoded.message);
    return to_console(received.route, proto::Error{request, exit_code::no_broker, "keys", "your key does not allow this."});
  }
  if (const auto* submit = std::get_if<proto::Submit>(&decoded.message)) {
    if (std::string why_not = announcer_.why_not(*submit); !why_not.empty())
      return to_console(received.route, proto::Error{submit->request, exit_code::usage, "observer", std::move(why_not)});
  }
  broker_.on_console(received.route, decoded.message, now());
}

// Strangers may send what they like as often as they like: a line a second is enough about them.
void Service::complain(const wire::Received& received, const std::string& what) {
  ++complaints_;
  if (Clock::now() < next_complaint_) return;
  next_complaint_ = Clock::now() + 1s;
  log::warn("dropped " + std::to_string(std::exchange(complaints_, 0)) + " messages; the last one of " +
            (received.user_id.empty() ? "a local peer" : received.user_id) + ": " + what);
}

void Service::commit_when_due() {
  if (!to_commit_) return;
  if (dirty_since_ == Clock::time_point{}) dirty_since_ = Clock::now();
  if (Clock::now() - dirty_since_ < kCommitPeriod && shelf_.uncommitted() < kCommitBytes) return;
  dirty_since_ = Clock::now();
  const auto waiting = shelf_.commit();
  broker_.committed(now(), waiting);
  to_commit_ = !waiting.empty();  // asked again when the period is over
  if (to_commit_) return;
  dirty_since_ = {};
}

void Service::tick_when_due() {
  const auto time = Clock::now();
  if (time < next_tick_) return;
  next_tick_ = time + kTickPeriod;
  crowded_ = std::exchange(received_, 0) > kCrowd;
  broker_.troubles.clear();
  shelf_.look_whether_trouble_is_over();
  if (!shelf_.trouble().empty()) broker_.troubles.push_back({"broker-disk", shelf_.trouble()});
  if (!doors_.trouble().empty()) broker_.troubles.push_back({"fds", doors_.trouble()});
  for (const Route& route : std::exchange(unreachable_, {})) broker_.on_unreachable(route, now());
  broker_.tick(now());
  announcer_.tick(broker_, now());
  if (lookout_ != nullptr) lookout_->tick(broker_, now());
  if (time >= next_status_) {
    next_status_ = time + kStatusPeriod;
    notify_.status(broker_.describe());
  }
  if (time < next_tidying_) return;
  next_tidying_ = time + kTidyingPeriod;
  shelf_.close_unused();
  shelf_.release_bundles(broker_.bundles());
  shelf_.prune(keep_runs_);
}

bool Service::save(const RunRecord& record) {
  const bool saved = shelf_.save(record);
  if (saved) announcer_.on_saved(record);
  const Run* run = lookout_ == nullptr ? nullptr : broker_.run(record.run);
  if (run != nullptr && saved) lookout_->on_saved(record, *run, now());
  return saved;
}

// A queue that is full loses the message: every one that matters is sent again when its receiver is heard again.
void Service::to_agent(const Route& route, const proto::ToAgent& message) {
  if (doors_.backend().send(route, proto::encode(message)) == wire::Sent::unreachable) unreachable_.insert(route);
}

void Service::to_console(const Route& route, const proto::ToConsole& message) { doors_.frontend().send(route, proto::encode(message)); }

void Service::publish(const proto::Snapshot& snapshot) { doors_.publisher().send(snapshot.status.run, proto::encode(snapshot)); }

std::optional<std::uint64_t> Service::add_chunk(const proto::Chunk& chunk, std::uint64_t size, std::string& why_not) {
  return shelf_.add_chunk(chunk, size, why_not);
}

void Service::note(std::string_view line) { log::info(line); }

}  // namespace loads::broker
