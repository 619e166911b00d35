#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "common/metrics/slice.h"
#include "common/thresholds/watch.h"

namespace loads::thresholds {

// What ends a run before its time: an abort threshold that is crossed, or, where it has to fail fast, its first error or failure. A pure
// value, told what was measured.
class Tripwire {
 public:
  struct Trip {
    bool by_threshold = false;  // false: the first error or failure
    std::string reason;         // "errors>50% for 10s: 62.1%"
  };

  Tripwire() = default;
  // Expressions that cannot be read, because a later version has written them, are left out.
  Tripwire(const std::vector<std::string>& abort_thresholds, bool fail_fast);

  bool empty() const { return !fail_fast_ && watch_.empty(); }
  void add(Watch::Time from, Watch::Time to, const std::vector<metrics::Slice>& slices) { watch_.add(from, to, slices); }
  void begin_at(Watch::Time time) { watch_.begin_at(time); }  // as Watch has it: behind the warm-up

  // As often as one likes; windows are looked at once a second. `all` is what the run has measured so far.
  std::optional<Trip> look(Watch::Time known, const metrics::Slice& all);

 private:
  bool fail_fast_ = false;
  Watch watch_;
  std::int64_t looked_at_ = -1;  // the last second that was
};

}  // namespace loads::thresholds
