#include "common/plan/profile.h"

#include <algorithm>
#include <cmath>
#include <stdexcept>
#include <utility>

namespace loads::plan {
namespace {

using Point = Profile::Point;

double area_of(const Point& a, const Point& b) { return (a.value + b.value) / 2 * (b.at - a.at).count(); }

double between(const Point& a, const Point& b, Seconds time) { return a.value + (b.value - a.value) * ((time - a.at) / (b.at - a.at)); }

void check(const std::vector<Point>& points) {
  if (points.size() < 2) throw std::invalid_argument("a profile needs two points or more");
  if (points.front().at != Seconds(0)) throw std::invalid_argument("a profile begins at 0");
  for (const Point& point : points) {
    if (!std::isfinite(point.at.count())) throw std::invalid_argument("a time of a profile is none");
    if (!std::isfinite(point.value) || point.value < 0) throw std::invalid_argument("a value of a profile is none, or negative");
  }
  if (!std::is_sorted(points.begin(), points.end(), [](const Point& a, const Point& b) { return a.at < b.at; }))
    throw std::invalid_argument("the times of a profile go back");
  if (!(points.back().at > Seconds(0))) throw std::invalid_argument("a profile has no duration");
}

// How far into a segment the area is reached. In this form it loses no digits where a line is nearly flat.
Seconds reach(const Point& a, const Point& b, double area) {
  if (area <= 0) return Seconds(0);
  const double slope = (b.value - a.value) / (b.at - a.at).count();
  const double root = std::sqrt(std::max(0.0, a.value * a.value + 2 * slope * area));
  return Seconds(2 * area / (a.value + root));
}

// The part of a line in which it is above `value`; nothing when it is nowhere.
std::optional<Profile::Stay> part_above(const Point& a, const Point& b, double value) {
  if (a.value <= value && b.value <= value) return std::nullopt;
  const Seconds crossing = a.at + (b.at - a.at) * ((value - a.value) / (b.value - a.value));
  return Profile::Stay{a.value > value ? a.at : crossing, b.value > value ? b.at : crossing};
}

}  // namespace

Profile::Profile(std::vector<Point> points) : points_(std::move(points)) {
  check(points_);
  areas_.push_back(0);
  for (std::size_t i = 1; i < points_.size(); ++i) areas_.push_back(areas_.back() + area_of(points_[i - 1], points_[i]));
}

Profile Profile::constant(double value, Seconds duration) { return Profile({{Seconds(0), value}, {duration, value}}); }

std::size_t Profile::segment_at(Seconds time) const {
  const auto after = std::upper_bound(points_.begin(), points_.end(), time, [](Seconds t, const Point& point) { return t < point.at; });
  return after == points_.begin() ? 0 : static_cast<std::size_t>(after - points_.begin()) - 1;
}

double Profile::value_at(Seconds time) const {
  const std::size_t i = segment_at(std::max(time, Seconds(0)));
  return i + 1 == points_.size() ? points_[i].value : between(points_[i], points_[i + 1], std::max(time, Seconds(0)));
}

double Profile::highest() const {
  return std::max_element(points_.begin(), points_.end(), [](const Point& a, const Point& b) { return a.value < b.value; })->value;
}

double Profile::total_until(Seconds time) const {
  const std::size_t i = segment_at(std::max(time, Seconds(0)));
  if (i + 1 == points_.size()) return areas_.back();
  return areas_[i] + area_of(points_[i], {time, value_at(time)});
}

std::optional<Seconds> Profile::time_of(double total) const {
  if (total > areas_.back()) return std::nullopt;
  const auto end = std::upper_bound(areas_.begin(), areas_.end(), std::max(total, 0.0));
  if (end == areas_.end()) return duration();
  const auto i = static_cast<std::size_t>(end - areas_.begin()) - 1;
  return std::min(points_[i].at + reach(points_[i], points_[i + 1], total - areas_[i]), points_[i + 1].at);
}

std::optional<Profile::Stay> Profile::above(double value, Seconds from) const {
  std::optional<Stay> stay;
  for (std::size_t i = segment_at(std::max(from, Seconds(0))); i + 1 < points_.size(); ++i) {
    const Point begin = from > points_[i].at ? Point{from, value_at(from)} : points_[i];
    const auto part = begin.at < points_[i + 1].at ? part_above(begin, points_[i + 1], value) : std::nullopt;
    if (stay && begin.at == points_[i + 1].at) continue;  // a jump takes no time
    if (stay && (!part || part->from > stay->to)) break;
    if (part && part->to > part->from) stay = Stay{stay ? stay->from : part->from, part->to};
  }
  return stay;
}

double Profile::value_before(Seconds time) const {
  const auto at = std::lower_bound(points_.begin(), points_.end(), time, [](const Point& point, Seconds t) { return point.at < t; });
  if (at == points_.begin() || at == points_.end()) return value_at(time);
  return between(*(at - 1), *at, time);
}

void Profile::append(std::vector<Point>& points, Seconds from, Seconds to, double factor) const {
  if (from >= to) return;
  points.push_back({from, value_at(from) * factor});
  for (const Point& point : points_) {
    if (point.at > from && point.at < to) points.push_back({point.at, point.value * factor});
  }
  points.push_back({to, value_before(to) * factor});
}

Profile Profile::with(const std::vector<Change>& changes) const {
  std::vector<Point> points;
  Seconds from{0};
  double factor = 1;
  for (const Change& change : changes) {
    const Seconds to = std::clamp(change.from, from, duration());
    append(points, from, to, factor);
    from = to;
    factor = change.factor;
  }
  append(points, from, duration(), factor);
  return Profile(std::move(points));
}

}  // namespace loads::plan
