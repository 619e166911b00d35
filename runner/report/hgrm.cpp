#include "runner/report/hgrm.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>

namespace loads::runner {
namespace {

constexpr double kPerMillisecond = 1e3;  // response times are kept in microseconds
constexpr double kTicksPerHalf = 5;      // as HdrHistogram has it by default
constexpr double kAll = 100;             // percent
constexpr int kBuckets = 27;             // of Histogram, as HdrHistogram counts them: powers of two,
constexpr int kSubBuckets = 2048;        // and the parts of the first

template <typename... Values>
std::string formatted(const char* format, Values... values) {
  std::array<char, 160> line{};
  std::snprintf(line.data(), line.size(), format, values...);
  return line.data();
}

// The levels that are reported: five steps for each halving of what is left to 100 %, so that they get finer towards the tail.
double next_level(double percent) {
  const double halvings = std::floor(std::log2(kAll / (kAll - percent))) + 1;
  return percent + kAll / (kTicksPerHalf * std::exp2(halvings));
}

std::string row(double milliseconds, double percent, std::uint64_t count) {
  const double rest = 1 - percent / kAll;
  return formatted("%12.3f %2.12f %10llu %14.2f\n", milliseconds, percent / kAll, static_cast<unsigned long long>(count), 1 / rest);
}

std::string rows(const metrics::Histogram& times) {
  std::string text;
  double level = 0;
  std::uint64_t count = 0;
  times.for_each([&](std::uint64_t value, std::uint64_t here) {
    count += here;
    const double reached = kAll * static_cast<double>(count) / static_cast<double>(times.count());
    const double milliseconds = static_cast<double>(std::min(metrics::Histogram::highest_like(value), times.max())) / kPerMillisecond;
    for (; level <= reached; level = next_level(level)) {
      text += row(milliseconds, level, count);
      if (count == times.count()) break;
    }
    if (count == times.count()) text += formatted("%12.3f %2.12f %10llu\n", milliseconds, 1.0, static_cast<unsigned long long>(count));
  });
  return text;
}

double deviation(const metrics::Histogram& times) {
  double squares = 0;
  times.for_each([&](std::uint64_t lowest, std::uint64_t count) {
    const double highest = static_cast<double>(std::min(metrics::Histogram::highest_like(lowest), times.max()));
    const double off = (static_cast<double>(lowest) + highest) / 2 - times.mean();
    squares += off * off * static_cast<double>(count);
  });
  return times.count() == 0 ? 0 : std::sqrt(squares / static_cast<double>(times.count()));
}

}  // namespace

std::string to_hgrm(const Report& report) {
  const metrics::Histogram times = report.totals.all().all_requests().response_times;
  std::string text = formatted("%12s %14s %10s %14s\n\n", "Value", "Percentile", "TotalCount", "1/(1-Percentile)");
  text += rows(times);
  text += formatted("#[Mean    = %12.3f, StdDeviation   = %12.3f]\n", times.mean() / kPerMillisecond, deviation(times) / kPerMillisecond);
  text += formatted("#[Max     = %12.3f, Total count    = %12llu]\n", static_cast<double>(times.max()) / kPerMillisecond,
                    static_cast<unsigned long long>(times.count()));
  text += formatted("#[Buckets = %12d, SubBuckets     = %12d]\n", kBuckets, kSubBuckets);
  const std::string validity(to_string(validity_of(report)));
  return text + formatted("#[Run     = %12s, Validity       = %12s]\n", report.run_id.c_str(), validity.c_str());
}

}  // namespace loads::runner
