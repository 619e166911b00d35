#include "agent/core/agent.h"

#include <algorithm>
#include <utility>
#include <variant>

#include "common/failure.h"
#include "common/version.h"
#include "proto/codec.h"
#include "proto/version.h"

namespace loads::agent {
namespace {

using proto::Nanoseconds;
using namespace std::chrono_literals;

constexpr Nanoseconds kBeatPeriod = 1s;
constexpr Nanoseconds kHelloPeriod = 1s;
constexpr Nanoseconds kRehelloPeriod = 300ms;
constexpr Nanoseconds kRefusedPeriod = 10s;  // before a refused agent asks again
constexpr Nanoseconds kUnknownLead = 100ms;  // to a start when the clocks have not been compared
constexpr Nanoseconds kLongestLead = std::chrono::minutes(5);
constexpr std::size_t kDroppedKept = 100;

}  // namespace

Agent::Agent(Identity identity, Outside& outside, std::size_t spool_limit)
    : identity_(std::move(identity)), outside_(outside), spool_limit_(spool_limit) {}

void Agent::restore(const proto::Prepare& prepare, const std::optional<proto::agent_folder::Checkpoint>& checkpoint,
                    const std::vector<std::string>& batches) {
  auto duty = std::make_unique<Duty>(prepare, outside_, spool_limit_);
  if (checkpoint) duty->restore(*checkpoint);
  for (const std::string& bytes : batches) duty->restore_batch(bytes);
  const auto box = outside_.read_black_box(prepare.lease, prepare.run);
  const bool sent_nothing = !box || *box == metrics::Tally{};
  if (duty->is_blank() && sent_nothing) return outside_.drop_lease(prepare.lease, prepare.run);
  outside_.note("run " + prepare.run + ": reporting what an earlier start of this agent has measured");
  duty->restored();
  duties_.push_back(std::move(duty));
}

Duty* Agent::find(const std::string& run, proto::Lease lease) {
  const auto found =
      std::find_if(duties_.begin(), duties_.end(), [&](const auto& duty) { return duty->run() == run && duty->lease() == lease; });
  return found == duties_.end() ? nullptr : found->get();
}

void Agent::say_hello(Nanoseconds now) {
  welcome_.reset();
  next_hello_ = now + kHelloPeriod;
  proto::Hello hello{proto::kMajor,
                     proto::kMinor,
                     std::string(version()),
                     identity_.agent,
                     identity_.incarnation,
                     identity_.session,
                     identity_.name,
                     identity_.machine,
                     identity_.module_abi,
                     identity_.cores,
                     {},
                     identity_.calibration};
  for (const auto& duty : duties_) hello.leases.push_back(duty->held());
  outside_.to_broker(proto::encode(hello));
}

void Agent::on_broker(const proto::ToAgent& message, Nanoseconds now) {
  // Being sent away is no sign that the broker wants what this agent does.
  if (!std::holds_alternative<proto::Refused>(message) && !std::holds_alternative<proto::Rehello>(message)) heard_ = now;
  std::visit([&](const auto& one) { handle(one, now); }, message);
  pump(now);
  drop_closed();
}

void Agent::handle(const proto::Welcome& welcome, Nanoseconds now) {
  if (!welcome_) outside_.note("registered with broker " + welcome.cluster + " (loads " + welcome.version + ")");
  if (std::exchange(epoch_, welcome.epoch) != welcome.epoch) clock_.forget();  // it may be on another machine now
  refusal_.clear();
  welcome_ = welcome;
  for (const proto::LeaseVerdict& verdict : welcome.leases) {
    if (Duty* duty = find(verdict.run, verdict.lease)) duty->on_verdict(verdict, now);
  }
  for (const auto& duty : duties_) duty->ask_for_bundle();  // the part on its way is lost with the old connection
  beat(now);
}

// Everything that a broker did not expect is answered so: one hello answers them all.
void Agent::handle(const proto::Rehello&, Nanoseconds now) {
  if (now + kHelloPeriod - next_hello_ >= kRehelloPeriod) say_hello(now);
}

void Agent::handle(const proto::Refused& refused, Nanoseconds now) {
  welcome_.reset();
  next_hello_ = now + kRefusedPeriod;
  if (std::exchange(refusal_, refused.message) != refused.message)
    outside_.note("the broker refuses this agent: " + refused.message + " [" + refused.id + "]");
}

// An answer may be old when it is read: what it renews counts from the beat.
void Agent::handle(const proto::BeatAnswer& answer, Nanoseconds now) {
  clock_.add(answer, now);
  if (answer.sent <= renewed_ || answer.sent > now) return;
  renewed_ = answer.sent;
  for (const auto& duty : duties_) duty->prolong(renewed_);
}

void Agent::handle(const proto::Prepare& prepare, Nanoseconds) {
  if (Duty* known = find(prepare.run, prepare.lease)) return known->answer_again();
  if (std::find(dropped_.begin(), dropped_.end(), std::pair(prepare.run, prepare.lease)) != dropped_.end()) return;
  // The broker takes this agent for free, so a share that has not begun is no longer wanted: its stop was lost.
  for (const auto& duty : duties_) {
    if (duty->is_at_work() && !duty->held().started) duty->on_stop(true);
  }
  const bool at_work = std::any_of(duties_.begin(), duties_.end(), [](const auto& duty) { return duty->is_at_work(); });
  if (winding_down_ || at_work) {
    const char* why = winding_down_ ? "it is about to end" : "it works on another run";
    outside_.to_broker(proto::encode(proto::Prepared{prepare.run, prepare.lease, exit_code::too_few_agents, "agent-busy", why}));
    return;
  }
  outside_.note("run " + prepare.run + ": getting ready for " + prepare.order.plan.test);
  duties_.push_back(std::make_unique<Duty>(prepare, outside_, spool_limit_));
  duties_.back()->begin();
}

void Agent::handle(const proto::Chunk& chunk, Nanoseconds) {
  for (const auto& duty : duties_) duty->on_chunk(chunk);
}

void Agent::handle(const proto::Start& start, Nanoseconds now) {
  Duty* duty = find(start.run, start.lease);
  if (duty == nullptr) return;
  duty->prolong(renewed_);
  if (start.join && !clock_.error()) return;  // how much is over cannot be told yet; the broker says it again
  const Nanoseconds at = clock_.error() ? clock_.ours(start.at) : now + kUnknownLead;
  duty->on_start(start.join ? std::min(at, now) : std::clamp(at, now, now + kLongestLead), start.join);
}

void Agent::handle(const proto::Steer& steer, Nanoseconds) {
  if (Duty* duty = find(steer.run, steer.lease)) duty->on_steer(steer);
}

void Agent::handle(const proto::Stop& stop, Nanoseconds) {
  if (Duty* duty = find(stop.run, stop.lease)) duty->on_stop(stop.cut);
}

void Agent::handle(const proto::Ack& ack, Nanoseconds now) {
  if (Duty* duty = find(ack.run, ack.lease)) duty->on_ack(ack.seq, now);
}

void Agent::on_worker(const std::string& run, proto::Lease lease, const proto::FromWorker& message, Nanoseconds now) {
  Duty* duty = find(run, lease);
  if (duty == nullptr) return;
  duty->on_worker(message, now);
  pump(now);
}

void Agent::on_worker_gone(const std::string& run, proto::Lease lease, const std::string& why) {
  if (Duty* duty = find(run, lease)) duty->on_worker_gone(why);
}

void Agent::beat(Nanoseconds now) {
  next_beat_ = now + kBeatPeriod;
  proto::Beat beat{now, clock_.error().value_or(Nanoseconds(-1)), {}, {}};
  for (const auto& duty : duties_) {
    beat.leases.push_back(duty->held());
    if (const auto progress = duty->progress()) beat.progress.push_back(*progress);
  }
  outside_.to_broker(proto::encode(beat));
}

void Agent::pump(Nanoseconds now) {
  if (!welcome_) return;
  bool sent = false;
  for (const auto& duty : duties_) sent = duty->pump(welcome_->credit, now) || sent;
  // A beat that is nearly due goes along: to a broker of thousands two messages at once cost hardly more than one.
  if (sent && now + kBeatPeriod / 2 >= next_beat_) beat(now);
}

void Agent::drop_closed() {
  std::erase_if(duties_, [this](const auto& duty) {
    if (!duty->is_closed()) return false;
    outside_.drop_lease(duty->lease(), duty->run());
    dropped_.emplace_back(duty->run(), duty->lease());
    if (dropped_.size() > kDroppedKept) dropped_.pop_front();
    return true;
  });
}

void Agent::tick(Nanoseconds now) {
  if (heard_ == Nanoseconds{}) heard_ = renewed_ = now;
  if (!welcome_ && now >= next_hello_) say_hello(now);
  if (welcome_ && now >= next_beat_) beat(now);
  for (const auto& duty : duties_) {
    duty->on_silence(now - (duty->may_be_taken() ? renewed_ : heard_), now);
    duty->check_worker(now);
  }
  pump(now);
  drop_closed();
}

void Agent::wind_down(Nanoseconds now) {
  winding_down_ = true;
  for (const auto& duty : duties_) duty->abandon("the agent was shut down", now);
}

bool Agent::is_at_work() const {
  return std::any_of(duties_.begin(), duties_.end(), [](const auto& duty) { return duty->works(); });
}

}  // namespace loads::agent
