#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <vector>

#include "common/compare/run.h"

namespace loads::compare {

// The windows of a run as one metric sees them: a row of numbers each, which add up, and a figure that follows from a sum. Rows of a
// percentile are its buckets, within which values count as spread evenly; those of all else are what is divided by what.
class Observations {
 public:
  Observations(const Run& run, const Metric& metric);

  std::size_t size() const { return windows_; }
  // Of all windows; times in microseconds, shares as parts of 1. Nothing when they have no data.
  std::optional<double> value() const;
  // Of blocks of `length` windows that begin at `begins`, as many windows as there are; behind the last one the first one follows.
  std::optional<double> value(std::span<const std::size_t> begins, std::size_t length) const;

  // How much each window pulls at the figure, but for a constant: their sum is 0. The series whose memory decides how long blocks are.
  std::vector<double> pull() const;

  // How wide a bucket is where the figure lies, as a part of it: by so much a window may differ from another without our seeing it.
  double coarseness() const;

 private:
  using Row = std::vector<double>;

  void read_buckets(const Run& run);
  void read_quotients(const Run& run, const Metric& metric);
  void make_sums(const std::vector<Row>& rows);
  std::span<const double> sums(std::size_t window) const;  // of the windows before it
  Row total() const;
  void add_block(Row& sum, std::size_t begin, std::size_t length) const;
  std::optional<double> value(const Row& sum) const;
  double quantile_in(const Row& sum, double wanted) const;

  std::size_t windows_;
  bool of_times_;              // which are known by their buckets
  double quantile_;            // of a percentile; else 0
  std::vector<double> edges_;  // of its buckets: low and high, one after the other
  std::size_t columns_ = 2;    // else: the part, and the whole
  std::vector<double> sums_;   // of all windows before each, so that a block costs no more than a window
};

}  // namespace loads::compare
