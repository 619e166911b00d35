#include "common/metrics/histogram.h"

#include <algorithm>
#include <cmath>
#include <utility>

namespace loads::metrics {

Histogram::Histogram(const Histogram& other) : count_(other.count_), sum_(other.sum_), min_(other.min_), max_(other.max_) {
  for (std::size_t i = 0; i < kOctaves; ++i) {
    if (other.octaves_[i]) octaves_[i] = std::make_unique<Octave>(*other.octaves_[i]);
  }
}

Histogram::Histogram(Histogram&& other) noexcept { swap(other); }

Histogram& Histogram::operator=(const Histogram& other) {
  Histogram copy(other);
  swap(copy);
  return *this;
}

Histogram& Histogram::operator=(Histogram&& other) noexcept {
  Histogram taken(std::move(other));
  swap(taken);
  return *this;
}

void Histogram::swap(Histogram& other) noexcept {
  octaves_.swap(other.octaves_);
  std::swap(count_, other.count_);
  std::swap(sum_, other.sum_);
  std::swap(min_, other.min_);
  std::swap(max_, other.max_);
}

Histogram::Octave& Histogram::allocate(std::size_t octave) {
  octaves_[octave] = std::make_unique<Octave>();
  return *octaves_[octave];
}

std::size_t Histogram::memory() const {
  const auto taken = std::count_if(octaves_.begin(), octaves_.end(), [](const auto& octave) { return octave != nullptr; });
  return static_cast<std::size_t>(taken) * sizeof(Octave);
}

void Histogram::merge(const Histogram& other) {
  for (std::size_t i = 0; i < kOctaves; ++i) {
    const Octave* theirs = other.octaves_[i].get();
    if (theirs == nullptr) continue;
    Octave& ours = octaves_[i] ? *octaves_[i] : allocate(i);
    theirs->for_each([&](std::size_t slot, std::uint64_t count) { ours.add(slot, count); });
  }
  count_ += other.count_;
  sum_ = add_saturating(sum_, other.sum_);
  min_ = std::min(min_, other.min_);
  max_ = std::max(max_, other.max_);
}

std::uint64_t Histogram::value_at(double quantile) const {
  if (count_ == 0 || !(quantile > 0)) return min();
  // One step of a double downwards, because 0.07 * 100 is a little more than 7 and yet means the seventh value.
  const double rank = std::ceil(std::nextafter(std::min(quantile, 1.0) * static_cast<double>(count_), 0.0));
  if (rank <= 1) return min_;
  const auto wanted = static_cast<std::uint64_t>(rank);
  std::uint64_t seen = 0;
  for (std::size_t i = 0; i < kOctaves; ++i) {
    if (!octaves_[i]) continue;
    for (std::size_t slot = 0; slot < kOctaveSize; ++slot) {
      seen += octaves_[i]->counts[slot];
      if (seen >= wanted) return std::clamp(highest_in(i * kOctaveSize + slot), min_, max_);
    }
  }
  return max_;
}

std::optional<std::uint64_t> Histogram::percentile(double quantile) const {
  constexpr double kRounding = 1e-9;  // 100 * (1 - 0.99) is a little more or less than 1
  if (count_ == 0 || static_cast<double>(count_) * (1.0 - quantile) < 1.0 - kRounding) return std::nullopt;
  return value_at(quantile);
}

bool operator==(const Histogram& a, const Histogram& b) {
  if (a.count_ != b.count_ || a.sum_ != b.sum_ || a.min_ != b.min_ || a.max_ != b.max_) return false;
  for (std::size_t i = 0; i < Histogram::kOctaves; ++i) {
    const auto* left = a.octaves_[i].get();
    const auto* right = b.octaves_[i].get();
    if ((left == nullptr) != (right == nullptr)) return false;  // an octave is there only when it counts something
    if (left != nullptr && *left != *right) return false;
  }
  return true;
}

}  // namespace loads::metrics
