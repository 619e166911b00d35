#include "common/plan/arrivals.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <random>
#include <utility>

namespace loads::plan {
namespace {

constexpr std::uint64_t kMostCounted = 10'000'000;  // cells, in a moment

// SplitMix64 (Steele, Lea, Flood: Fast splittable pseudorandom number generators, 2014): good from any start, so each cell has its own.
class CellRandom {
 public:
  CellRandom(std::uint64_t seed, std::uint64_t cell) : state_(mixed(seed) ^ mixed(cell + kStep)) {}
  double next() { return static_cast<double>(mixed(state_ += kStep) >> 11U) * 0x1p-53; }  // 0 <= x < 1

 private:
  static constexpr std::uint64_t kStep = 0x9e3779b97f4a7c15;
  static std::uint64_t mixed(std::uint64_t x) {
    x = (x ^ (x >> 30U)) * 0xbf58476d1ce4e5b9;
    x = (x ^ (x >> 27U)) * 0x94d049bb133111eb;
    return x ^ (x >> 31U);
  }

  std::uint64_t state_;
};

// How many events there are where one is to be expected, by Knuth's multiplication (The Art of Computer Programming, 3.4.1).
int poisson_of_one(CellRandom& random) {
  const double limit = std::exp(-1.0);
  int count = 0;
  for (double product = random.next(); product > limit; product *= random.next()) ++count;
  return count;
}

std::uint64_t first_of_turn(std::uint64_t cell, Turn turn) {
  const std::uint64_t behind = (turn.index + turn.count - cell % turn.count) % turn.count;
  return cell + behind;
}

}  // namespace

Arrivals::Arrivals(Profile profile, Spacing spacing, std::uint64_t seed, Turn turn)
    : profile_(std::move(profile)), spacing_(spacing), seed_(seed), turn_(turn) {
  enter(turn_.index);
  find_next();
}

void Arrivals::enter(std::uint64_t cell) {
  cell_ = cell;
  in_cell_.clear();
  if (spacing_ == Spacing::constant) return in_cell_.push_back(0);
  CellRandom random(seed_, cell);
  const int count = poisson_of_one(random);
  for (int i = 0; i < count; ++i) in_cell_.push_back(random.next());
  std::sort(in_cell_.begin(), in_cell_.end(), std::greater<>());
}

// A cell of Poisson's may be empty.
void Arrivals::find_next() {
  while (in_cell_.empty() && static_cast<double>(cell_) < profile_.total()) enter(cell_ + turn_.count);
  next_ = in_cell_.empty() ? std::nullopt : profile_.time_of(static_cast<double>(cell_) + in_cell_.back());
  // The one at the very end would have no time left.
  if (next_ && *next_ >= profile_.duration()) next_.reset();
}

void Arrivals::take() {
  if (!in_cell_.empty()) in_cell_.pop_back();
  find_next();
}

void Arrivals::skip_to(Seconds time) {
  if (next_ && *next_ >= time) return;
  const double total = profile_.total_until(time);
  enter(first_of_turn(static_cast<std::uint64_t>(total), turn_));
  while (!in_cell_.empty() && static_cast<double>(cell_) + in_cell_.back() < total) in_cell_.pop_back();
  find_next();
}

// How many there are in so many cells of this turn, from `cell` on.
std::uint64_t Arrivals::number_in(std::uint64_t cell, std::uint64_t cells) const {
  if (spacing_ == Spacing::constant) return cells;
  const std::uint64_t looked_at = std::min(cells, kMostCounted);
  std::uint64_t number = cells - looked_at;
  for (std::uint64_t i = 0; i < looked_at; ++i) {
    CellRandom random(seed_, cell + i * turn_.count);
    number += static_cast<std::uint64_t>(poisson_of_one(random));
  }
  return number;
}

// Leaves out the cells that lie before `time`, but for the last one, whose end may be a little off, and says how many were in them.
std::uint64_t Arrivals::pass_over(Seconds time) {
  const double turns = (profile_.total_until(time) - static_cast<double>(cell_)) / static_cast<double>(turn_.count) - 1;
  if (!next_ || turns < 1) return 0;
  const auto cells = static_cast<std::uint64_t>(turns);
  const std::uint64_t passed = in_cell_.size() + number_in(cell_ + turn_.count, cells - 1);
  enter(cell_ + cells * turn_.count);
  find_next();
  return passed;
}

std::uint64_t Arrivals::count_until(Seconds time) const {
  Arrivals rest = *this;
  std::uint64_t count = rest.pass_over(time);
  for (; rest.next_ && *rest.next_ < time; rest.take()) ++count;
  return count;
}

void Arrivals::follow(Profile profile) {
  profile_ = std::move(profile);
  find_next();
}

}  // namespace loads::plan
