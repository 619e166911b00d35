#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <vector>

#include "common/metrics/validity.h"

namespace loads::runner {

// Which rate is tried next when the highest one is sought that a target bears, given what the runs so far have come to: twice the rate
// until a level does not hold, then the middle of the highest that holds and the lowest that does not, until they are close. A pure value.
//
// What a single run says may be chance, so
// - a level has to fail twice in a row before it counts as failed;
// - at the end both sides of the bracket are tried again, minutes later: what disturbed the target for half a minute fails a level and its
//   repetition as well. What was known is given up only for two runs that contradict it.
//
// A level whose figures are the generator's own bounds the search from above as a failed one does, since the levels below may tell; but
// where such a one is the upper side of the bracket at the end, the generator has given out, and nothing is known of the target.
class Search {
 public:
  struct Settings {
    double start = 10;        // test runs a second
    double precision = 0.03;  // how far the sides of the bracket may be apart, as a part of the lower one
    std::size_t most_runs = 200;
  };

  enum class State : std::uint8_t { held, failed, invalid };

  enum class End : std::uint8_t {
    none,           // it goes on
    found,          // floor() held, ceiling() failed
    nothing_holds,  // not even the lowest level
    generator,      // it gave out at ceiling(), with figures that are not to be believed
    undecided,      // after most_runs: levels contradict each other
  };

  explicit Search(Settings settings);

  End end() const { return end_; }
  double next() const { return rate_; }              // while end() is none
  void take(bool held, metrics::Validity validity);  // what a run at next() came to

  std::optional<double> floor() const;    // the highest rate that held
  std::optional<double> ceiling() const;  // the lowest that did not

  // Whether what is known of a level rests on runs that were all SUSPECT.
  bool is_suspect(double rate) const;

 private:
  struct Run {
    bool held;
    metrics::Validity validity;
  };
  struct Level {
    State state;
    bool suspect = false;
    bool confirmed = false;  // it was tried again, later
  };
  using Levels = std::map<double, Level>;

  std::optional<State> decided() const;
  std::optional<State> known_state() const;
  void settle(State state);
  void forget_contradictions(State state);
  void choose_next();
  void choose_within(double floor, double ceiling);

  Settings settings_;
  Levels levels_;
  std::vector<Run> visit_;  // the runs at rate_ since it was chosen
  double rate_;
  std::size_t runs_ = 0;
  End end_ = End::none;
};

// With three digits: 452.3 is 452.
double rounded_rate(double rate);

}  // namespace loads::runner
