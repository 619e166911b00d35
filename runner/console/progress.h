#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <ostream>
#include <string>
#include <string_view>

#include "common/metrics/problem.h"
#include "common/metrics/totals.h"
#include "common/plan/plan.h"
#include "runner/console/status_line.h"
#include "runner/report/paint.h"

namespace loads::runner {

// How a run is shown while it goes on.
enum class ProgressStyle : std::uint8_t {
  quiet,  // not at all
  lines,  // one plain line every ten seconds: for files and pipes
  live,   // the guide's bar and one status line, redrawn in place: for terminals
};

struct ProgressSettings {
  ProgressStyle style = ProgressStyle::quiet;
  std::optional<plan::Seconds> planned;  // how long the run should take, when that is known
  std::function<int()> columns;          // of the terminal now; unset: 80
  Paint paint{};
};

// What only the one who runs the plan knows.
struct LiveState {
  std::uint32_t users = 0;  // running now
  double fraction = 0;      // of the whole plan, 0 to 1
  AgentCount agents{};      // of a distributed run
};

// Shows a run while it goes on, on the error stream. The caller polls: update() may be called as often as one likes and draws at most four
// times a second, told the time by `elapsed` (it reads no clock). Each kind of problem is printed once, above the bar, and counted after.
// Belongs to one thread. finish(), or the destructor, leaves the cursor at the start of an empty line.
class Progress {
 public:
  Progress(std::ostream& out, ProgressSettings settings);
  ~Progress();
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;

  // Also prints the kinds of problems of `totals` that are new.
  void update(const LiveState& state, const metrics::Totals& totals, std::chrono::duration<double> elapsed);
  // It has gone on for a while, lately with so many hits a second: before the first update() of a run that is joined late.
  void resume(std::uint64_t hits, std::chrono::duration<double> elapsed, double hits_per_second) {
    rate_ = {hits, elapsed, hits_per_second};
  }
  void problem(const metrics::Problem& problem);
  void note(std::string_view line);  // prints it above the bar: "Stopping: ... Ctrl-C again cuts them off."; nothing when quiet
  void finish();

 private:
  using Time = std::chrono::duration<double>;

  // Hits per second over about the last second, or the last plain line's ten: the mean since the start would hide what happens now.
  struct Rate {
    std::uint64_t hits = 0;
    Time at{0};
    double per_second = 0;
  };

  void draw(const LiveState& state, const metrics::Totals& totals, Time elapsed);
  void announce(const metrics::ProblemTable& problems);
  void measure(std::uint64_t hits, Time elapsed);
  void print_above(const std::string& line);
  void erase();
  std::size_t columns() const;

  std::ostream& out_;
  ProgressSettings settings_;
  std::optional<Time> drawn_at_;  // since when the next drawing waits
  bool drawn_ = false;            // the bar and the status line are on the screen
  metrics::ProblemTable announced_;
  std::size_t kinds_seen_ = 0;  // in the totals: as long as it stays, none is new
  Rate rate_;
};

}  // namespace loads::runner
