#pragma once

#include <cmath>
#include <functional>
#include <vector>

#include "runner/capacity/levels.h"
#include "unit/runner/report/sample.h"

namespace loads::runner {

// A run of ten seconds after two of warm-up, at `rate`, that measured `slice`.
inline Report level_report(double rate, const metrics::Slice& slice) {
  Report report = empty_report();
  report.plan.test = "http://localhost/";
  report.plan.steps = {plan::make_rate_step(plan::Profile::constant(rate, plan::Seconds(12)), 1000)};
  report.plan.warm_up = plan::Seconds(2);
  report.duration = plan::Seconds(12);
  report.totals.add(slice);
  return report;
}

// A target that answers `capacity` runs a second within 20 ms; of more than that all take a second. What it could not do in time it does
// afterwards, and meanwhile it is slow. No run takes any time here.
class SimulatedLevels final : public Levels {
 public:
  explicit SimulatedLevels(double capacity) : capacity_(capacity) {}

  std::vector<double> rates;  // that were asked for; 0: one user who looks whether it has recovered
  std::size_t slow_probes_after_failure = 0;
  bool is_silent = false;  // answers nothing at all
  bool stuck = false;
  std::function<void(Report&)> spoil = [](Report&) {};  // each run at a rate

  Report run(const plan::Plan& plan, const proto::Conditions& conditions) override {
    const double rate = plan.has_rate() ? plan.steps.front().rate->highest() : 0;
    rates.push_back(rate);
    Report report = rate > 0 ? at(rate) : probed();
    report.plan = plan;
    if (rate > 0) spoil(report);
    return judged(std::move(report), conditions.thresholds);
  }
  bool is_stuck() const override { return stuck; }

 private:
  Report at(double rate) {
    const bool bears = rate <= capacity_;
    if (!bears) slow_probes_ = slow_probes_after_failure;
    return level_report(rate, answered(static_cast<std::uint64_t>(std::llround(rate * 10)), bears ? 20'000 : 1'000'000));
  }

  Report probed() {
    const bool slow = slow_probes_ > 0;
    if (slow) --slow_probes_;
    return level_report(1, answered(10, slow ? 500'000 : 20'000));
  }

  metrics::Slice answered(std::uint64_t count, std::uint64_t microseconds) const {
    metrics::Slice slice;
    if (is_silent) {
      runs(slice, metrics::Outcome::error, count);
      return slice;
    }
    answer(slice, "GET /", count, microseconds);
    slice.requests["GET /"].answered_time = std::chrono::microseconds(count * microseconds);
    runs(slice, metrics::Outcome::success, count);
    return slice;
  }

  double capacity_;
  std::size_t slow_probes_ = 0;
};

}  // namespace loads::runner
