#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <vector>

#include "common/metrics/slice.h"
#include "common/thresholds/judge.h"
#include "common/thresholds/threshold.h"

namespace loads::thresholds {

// Watches over abort thresholds while a run goes on. Figures come once a second, so a window is as many whole seconds as its threshold asks
// for, at least one; from a minute on it moves by a sixtieth of itself. A window without data crosses nothing, but that no answers are 0
// hits. Memory is bounded by the windows. A pure value: told what was
// measured and until when that is known.
class Watch {
 public:
  using Time = std::chrono::nanoseconds;  // since the start of the run

  Watch() = default;
  explicit Watch(const std::vector<Threshold>& thresholds);

  bool empty() const { return watched_.empty(); }

  // What was measured from one time to another; in any order. It stands at the middle of that time.
  void add(Time from, Time to, const std::vector<metrics::Slice>& slices);

  // What was measured before is not known here: no window begins before that.
  void begin_at(Time time);

  // The first threshold that is crossed: whose condition holds over the last whole window before `known`, until when all figures are here.
  // Those that have waited for kPatience behind the newest do without what is still missing.
  std::optional<Result> crossed(Time known);

  static constexpr std::chrono::seconds kPatience{30};

  // How wide the window of `threshold` is in fact.
  static Time width_of(const Threshold& threshold);

 private:
  struct Watched {
    Threshold threshold;
    std::chrono::seconds bucket{1};          // its window is made of
    std::int64_t buckets = 1;                // of these
    std::map<std::int64_t, Sample> samples;  // by the number of their bucket

    bool seen = false;  // something of its name has come since the start

    explicit Watched(Threshold one);
    void add(Time middle, const std::vector<metrics::Slice>& slices);
    std::optional<Result> look(Time known, Time begin);
    bool silence_is_data() const;
  };

  std::vector<Watched> watched_;
  Time begin_{};
  Time newest_{};
};

}  // namespace loads::thresholds
