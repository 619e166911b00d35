#include "broker/service/announcer.h"

#include "common/failure.h"
#include "common/log.h"
#include "common/metrics/verdict.h"
#include "proto/trust.h"

namespace loads::broker {
namespace {

constexpr std::size_t kMostOfRun = 10;  // observers that a console names: those of other runs wait for them

// What the console that ordered the run ends with.
int exit_code_of(const proto::Snapshot& snapshot, const proto::Trust& trust, const proto::Conditions& conditions) {
  const int on_failure = static_cast<int>(conditions.exit_code_on_failure.value_or(exit_code::failed));
  const int on_invalid = static_cast<int>(conditions.exit_code_on_invalid.value_or(exit_code::invalid_figures));
  const proto::RunStatus& status = snapshot.status;
  if (status.exit_code != exit_code::passed) return status.exit_code;
  if (!status.balanced) return exit_code::too_few_agents;
  if (status.state == proto::RunState::stopped && status.abort.empty()) return exit_code::interrupted;
  if (trust.is_disbelieved() && on_invalid != exit_code::passed) return on_invalid;
  if (trust.is_crossed) return exit_code::thresholds_crossed;
  return metrics::failed(snapshot.totals.all()) ? on_failure : exit_code::passed;
}

observer::RunEnd end_of(const proto::Snapshot& snapshot, const proto::Conditions& conditions) {
  const proto::RunStatus& status = snapshot.status;
  const metrics::Slice& all = snapshot.totals.all();
  const proto::Trust trust = proto::trust_in(status, all);
  std::vector<std::string> crossed =
      observer::crossed(thresholds::judge_all(status.thresholds, all, status.plan.measured(status.duration)));
  return {.run = status.run,
          .test = status.plan.test,
          .state = std::string(to_string(status.state)),
          .validity = trust.validity,
          .exit_code = exit_code_of(snapshot, trust, conditions),
          .hits = all.hits(),
          .errors = all.runs(metrics::Outcome::error),
          .failures = all.runs(metrics::Outcome::failure),
          .started = status.started == proto::WallTime{} ? status.submitted : status.started,
          .duration = status.duration,
          .user = status.user,
          .tag = status.note,
          .message = status.message,
          .crossed = std::move(crossed),
          .aborted = status.abort.reason};
}

}  // namespace

Announcer::Announcer(Shelf& shelf, Settings settings) : shelf_(shelf), settings_(std::move(settings)) {
  for (const RunRecord& record : shelf_.untold()) ended_.insert(record.run);
}

std::string Announcer::why_not(const proto::Submit& submit) const {
  if (submit.observers.size() > kMostOfRun)
    return "the run names " + std::to_string(submit.observers.size()) + " observers, and the broker tells " + std::to_string(kMostOfRun) +
           " at most for a console.";
  for (const proto::Observer& observer : submit.observers) {
    if (std::string why = observer::why_not(observer, settings_.anywhere, settings_.allowed); !why.empty()) return why;
  }
  return {};
}

void Announcer::on_saved(const RunRecord& record) {
  // A run that was told already and is saved once more, with a warning, is looked at again, and passed over.
  if (proto::is_over(record.state)) ended_.insert(record.run);
}

void Announcer::tick(Broker& broker, Now now) {
  if (!ended_.empty()) {
    std::set<std::string> untold;
    for (const RunRecord& record : shelf_.untold()) untold.insert(record.run);
    for (const std::string& run : std::exchange(ended_, {})) {
      if (untold.contains(run)) announce(run, broker, now);
    }
  }
  for (const observer::Told& told : teller_.take()) conclude(told, broker, now);
}

void Announcer::announce(const std::string& run, Broker& broker, Now now) {
  const auto record = shelf_.find(run);
  if (!record) return;
  std::vector<proto::Observer> observers = settings_.own;
  observers.insert(observers.end(), record->observers.begin(), record->observers.end());
  const End end{run, std::string(to_string(record->state))};
  if (observers.empty()) {
    shelf_.set_told(run, end.second);
    return;
  }
  if (pending_.contains(end)) return;
  const auto snapshot = broker.report(run, now);
  if (!snapshot) return;  // its figures cannot be read now: after the next start
  pending_[end] = observers.size();
  for (proto::Observer& observer : observers) teller_.add({std::move(observer), end_of(*snapshot, record->order.conditions)});
}

void Announcer::conclude(const observer::Told& told, Broker& broker, Now now) {
  if (!told.trouble.empty()) {
    log::warn("run " + told.run + ": an observer was not told that it " + told.state + ": " + told.trouble);
    broker.warn(told.run, {"observer", told.trouble, metrics::Validity::valid}, now);
  }
  const auto pending = pending_.find({told.run, told.state});
  if (pending == pending_.end() || --pending->second > 0) return;
  pending_.erase(pending);
  shelf_.set_told(told.run, told.state);
}

}  // namespace loads::broker
