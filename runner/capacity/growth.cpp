#include "runner/capacity/growth.h"

#include <cmath>
#include <vector>

#include "common/students_t.h"

namespace loads::runner {
namespace {

constexpr std::size_t kFewest = 4;  // windows, for a line and how far they are from it
constexpr double kCertain = 0.95;

struct Point {
  double second;
  double mean;  // response time, seconds
};

std::vector<Point> points_of(const metrics::History& history, double from, double to) {
  std::vector<Point> points;
  const auto width = static_cast<double>(history.width().count());
  for (std::size_t i = 0; i < history.windows().size(); ++i) {
    const double begin = width * static_cast<double>(i);
    const metrics::CoarseTimes& times = history.windows()[i].response_times;
    if (begin < from || begin + width > to || times.count() == 0) continue;
    points.push_back({begin + width / 2, times.histogram().mean() / 1e6});
  }
  return points;
}

// The line of least squares: how steep it is, and the standard error of that.
struct Slope {
  double value;
  double error;
};

Slope slope_of(const std::vector<Point>& points) {
  const auto count = static_cast<double>(points.size());
  double x = 0;
  double y = 0;
  for (const Point& one : points) {
    x += one.second / count;
    y += one.mean / count;
  }
  double xx = 0;
  double xy = 0;
  double yy = 0;
  for (const Point& one : points) {
    xx += (one.second - x) * (one.second - x);
    xy += (one.second - x) * (one.mean - y);
    yy += (one.mean - y) * (one.mean - y);
  }
  const double value = xy / xx;
  return {value, std::sqrt(std::max(0.0, yy - value * xy) / (count - 2) / xx)};
}

}  // namespace

std::optional<double> response_time_growth(const metrics::History& history, std::chrono::duration<double> from,
                                           std::chrono::duration<double> to) {
  const std::vector<Point> points = points_of(history, from.count(), to.count());
  if (points.size() < kFewest) return std::nullopt;
  const Slope slope = slope_of(points);
  const bool is_certain = slope.value > students_t_quantile(static_cast<double>(points.size() - 2), kCertain) * slope.error;
  return slope.value >= kLeastGrowth && is_certain ? std::optional(slope.value) : std::nullopt;
}

}  // namespace loads::runner
