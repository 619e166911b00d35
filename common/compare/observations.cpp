#include "common/compare/observations.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <numeric>

namespace loads::compare {
namespace {

using metrics::CoarseTimes;
using metrics::History;

double middle_of(std::uint16_t bucket) {
  return static_cast<double>(CoarseTimes::lowest_in(bucket) + CoarseTimes::lowest_in(bucket + 1)) / 2;
}

// What a mean divides by what.
std::vector<double> times_of(const History::Window& window) {
  double sum = 0;
  double count = 0;
  for (const auto& [bucket, times] : window.response_times.buckets()) {
    sum += middle_of(bucket) * static_cast<double>(times);
    count += static_cast<double>(times);
  }
  return {sum, count};
}

std::vector<double> row_of(const History::Window& window, const Run& run, Metric::Kind kind) {
  const auto answered = static_cast<double>(window.answered);
  const double requests = answered + static_cast<double>(window.unanswered);
  // Windows do not know how many test runs they had: as many for each request as the whole.
  const double all = std::max(1.0, static_cast<double>(run.all.answered) + static_cast<double>(run.all.unanswered));
  const double runs = requests * static_cast<double>(run.test_runs()) / all;
  switch (kind) {
    case Metric::Kind::mean: return times_of(window);
    case Metric::Kind::rate: return {answered, run.width.count()};
    case Metric::Kind::unanswered: return {static_cast<double>(window.unanswered), requests};
    case Metric::Kind::errors: return {static_cast<double>(window.errors), runs};
    case Metric::Kind::failures: return {static_cast<double>(window.failures), runs};
    case Metric::Kind::percentile: break;
  }
  return {0, 0};
}

}  // namespace

Observations::Observations(const Run& run, const Metric& metric)
    : windows_(run.windows.size()), of_times_(metric.is_time()), quantile_(metric.kind == Metric::Kind::percentile ? metric.quantile : 0) {
  if (quantile_ > 0) {
    read_buckets(run);
  } else {
    read_quotients(run, metric);
  }
}

void Observations::read_buckets(const Run& run) {
  std::map<std::uint16_t, std::size_t> places;
  for (const History::Window& window : run.windows) {
    for (const auto& [bucket, count] : window.response_times.buckets()) places.emplace(bucket, 0);
  }
  for (auto& [bucket, place] : places) {
    place = edges_.size() / 2;
    edges_.push_back(static_cast<double>(CoarseTimes::lowest_in(bucket)));
    edges_.push_back(static_cast<double>(CoarseTimes::lowest_in(bucket + 1)));
  }
  columns_ = places.size();
  std::vector<Row> rows(windows_, Row(columns_));
  for (std::size_t i = 0; i < windows_; ++i) {
    for (const auto& [bucket, count] : run.windows[i].response_times.buckets()) rows[i][places.at(bucket)] = static_cast<double>(count);
  }
  make_sums(rows);
}

void Observations::read_quotients(const Run& run, const Metric& metric) {
  std::vector<Row> rows;
  for (const History::Window& window : run.windows) rows.push_back(row_of(window, run, metric.kind));
  make_sums(rows);
}

void Observations::make_sums(const std::vector<Row>& rows) {
  sums_.assign((windows_ + 1) * columns_, 0);
  for (std::size_t i = 0; i < windows_; ++i) {
    for (std::size_t column = 0; column < columns_; ++column) {
      sums_[(i + 1) * columns_ + column] = sums_[i * columns_ + column] + rows[i][column];
    }
  }
}

std::span<const double> Observations::sums(std::size_t window) const { return std::span(sums_).subspan(window * columns_, columns_); }

Observations::Row Observations::total() const {
  const auto all = sums(windows_);
  return {all.begin(), all.end()};
}

void Observations::add_block(Row& sum, std::size_t begin, std::size_t length) const {
  const std::size_t end = std::min(begin + length, windows_);
  for (std::size_t column = 0; column < columns_; ++column) sum[column] += sums(end)[column] - sums(begin)[column];
  if (const std::size_t rest = begin + length - end; rest > 0) add_block(sum, 0, rest);
}

std::optional<double> Observations::value() const { return value(total()); }

std::optional<double> Observations::value(std::span<const std::size_t> begins, std::size_t length) const {
  Row sum(columns_);
  std::size_t left = windows_;
  for (const std::size_t begin : begins) {
    const std::size_t taken = std::min(length, left);
    if (taken > 0) add_block(sum, begin, taken);
    left -= taken;
  }
  return value(sum);
}

std::optional<double> Observations::value(const Row& sum) const {
  if (quantile_ > 0) {
    const double count = std::accumulate(sum.begin(), sum.end(), 0.0);
    return count > 0 ? std::optional(quantile_in(sum, quantile_ * count)) : std::nullopt;
  }
  return sum[1] > 0 ? std::optional(sum[0] / sum[1]) : std::nullopt;
}

double Observations::quantile_in(const Row& sum, double wanted) const {
  double before = 0;
  for (std::size_t column = 0; column < columns_; ++column) {
    if (sum[column] > 0 && before + sum[column] >= wanted) {
      return std::lerp(edges_[2 * column], edges_[2 * column + 1], (wanted - before) / sum[column]);
    }
    before += sum[column];
  }
  return edges_.back();
}

// By how much each window has more values above the percentile than it should, or a larger part than the whole.
std::vector<double> Observations::pull() const {
  const std::optional<double> whole = value();
  std::vector<double> result(windows_);
  if (!whole) return result;
  for (std::size_t i = 0; i < windows_; ++i) {
    const auto before = sums(i);
    const auto behind = sums(i + 1);
    const auto in = [&](std::size_t column) { return behind[column] - before[column]; };
    if (quantile_ == 0) {
      result[i] = in(0) - *whole * in(1);
      continue;
    }
    for (std::size_t column = 0; column < columns_; ++column) {
      const double low = edges_[2 * column];
      const double above = std::clamp((edges_[2 * column + 1] - *whole) / (edges_[2 * column + 1] - low), 0.0, 1.0);
      result[i] += in(column) * (above - (1 - quantile_));
    }
  }
  return result;
}

double Observations::coarseness() const {
  const std::optional<double> whole = value();
  if (!of_times_ || !whole) return 0;
  const auto microseconds = static_cast<std::uint64_t>(std::max(*whole, 1.0));
  return static_cast<double>(CoarseTimes::width_at(microseconds)) / static_cast<double>(microseconds);
}

}  // namespace loads::compare
