#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "common/plan/profile.h"

namespace loads::plan {

// How test runs follow each other at a given rate.
enum class Spacing : std::uint8_t {
  constant,  // as evenly as the rate allows
  poisson,   // as visitors who do not know of each other: at random moments, at that rate on average
};
constexpr std::size_t count_of(Spacing) { return 2; }

// Whose turn it is: `index` of `count`.
struct Turn {
  std::uint64_t index = 0;
  std::uint64_t count = 1;
  friend bool operator==(const Turn&, const Turn&) = default;
};
// Turn `part` among those who share the turn `whole`.
inline Turn within(const Turn& whole, const Turn& part) { return {whole.index + whole.count * part.index, whole.count * part.count}; }

// When test runs are to begin, by one sequence for the whole of a step that many share: the area under the profile is cut into cells of
// one test run each, dealt in turn. With constant spacing a cell has its run at its beginning; with Poisson's it has as many as the
// distribution of mean 1 says, anywhere in it, which its number and the seed decide. So everybody knows his part of the sequence without
// having heard of the others', can begin it anywhere, and the parts together are the same whoever does them.
class Arrivals {
 public:
  Arrivals(Profile profile, Spacing spacing, std::uint64_t seed, Turn turn);

  std::optional<Seconds> next() const { return next_; }  // since the start of the step; nothing: no more
  void take();                                           // it is done with; time for the one after it

  // From then on, without those that were to begin before: they are somebody else's, or nobody's.
  void skip_to(Seconds time);
  // How many of this turn were to begin from next() until `time`. Of more cells of Poisson's than anybody could begin the most count as if
  // each had one.
  std::uint64_t count_until(Seconds time) const;

  // What has not been taken follows this profile from now on. Up to now it is the same as the one before.
  void follow(Profile profile);

 private:
  void enter(std::uint64_t cell);
  void find_next();
  std::uint64_t pass_over(Seconds time);
  std::uint64_t number_in(std::uint64_t cell, std::uint64_t cells) const;

  Profile profile_;
  Spacing spacing_;
  std::uint64_t seed_;
  Turn turn_;
  std::uint64_t cell_ = 0;
  std::vector<double> in_cell_;  // where the arrivals of this cell are in it, 0 to 1: the last one first
  std::optional<Seconds> next_;
};

}  // namespace loads::plan
