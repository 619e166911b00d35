#pragma once

#include "runner/capacity/findings.h"
#include "runner/capacity/levels.h"
#include "runner/load/load_test.h"
#include "runner/options/options.h"

namespace loads::runner {

// Drives a search: makes the runs that Search asks for, and lets the target recover after those that were too much for it. Belongs to the
// main thread. Construction checks what can be checked and sends nothing; what is given outlives it.
class CapacitySearch {
 public:
  CapacitySearch(const Options& options, const LoadedTest& loaded);

  const SearchPlan& plan() const { return findings_.plan; }
  plan::Plan plan_at(double rate) const;  // of a level

  // To its end, or until it was stopped. Tells each run on stderr, unless `quiet`.
  Findings run(Levels& levels);

 private:
  void search(Levels& levels);
  bool try_level(Levels& levels);
  bool probe(Levels& levels);
  bool recover(Levels& levels, double rate);
  bool has_ended(const Levels& levels, const Report& report);
  void conclude();
  void note(const std::string& text);

  const Options& options_;
  const LoadedTest& loaded_;
  proto::Conditions conditions_;
  Search search_;
  Findings findings_;
  double calm_ = 0;        // seconds that a request takes when little is asked of the target; 0: not known
  double last_probe_ = 0;  // how long it took lately; 0: no answer
};

}  // namespace loads::runner
