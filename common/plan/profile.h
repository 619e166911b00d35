#pragma once

#include <chrono>
#include <optional>
#include <vector>

namespace loads::plan {

using Seconds = std::chrono::duration<double>;

// How much load there is at each moment of a step: users at once, or test runs to begin in a second. Straight lines from point to point;
// two points at the same time are a jump. A pure value.
class Profile {
 public:
  struct Point {
    Seconds at{0};
    double value = 0;
    friend bool operator==(const Point&, const Point&) = default;
  };

  // The first point is at 0. Throws std::invalid_argument when it is not, times go back, values are negative or not finite, or there is
  // no time between the first and the last point.
  explicit Profile(std::vector<Point> points);
  static Profile constant(double value, Seconds duration);

  Seconds duration() const { return points_.back().at; }
  double value_at(Seconds time) const;  // of a jump that which comes after it; beyond the end the last one
  double highest() const;
  bool empty() const { return highest() == 0; }

  // The area under the lines from 0 to `time`: how many test runs were to begin by then.
  double total_until(Seconds time) const;
  double total() const { return areas_.back(); }
  // When that many were to have begun and the next one is due, which is never where the value is 0: behind a pause, not before it.
  // Nothing when there are fewer.
  std::optional<Seconds> time_of(double total) const;

  // The next time, from `from` on, in which the value is more than `value`, and its end.
  struct Stay {
    Seconds from{0};
    Seconds to{0};
  };
  std::optional<Stay> above(double value, Seconds from) const;

  // From each `from` on everything is multiplied by that factor, until the next one; in their order. What was before stays as it was.
  struct Change {
    Seconds from{0};
    double factor = 1;
    friend bool operator==(const Change&, const Change&) = default;
  };
  Profile with(const std::vector<Change>& changes) const;

  const std::vector<Point>& points() const { return points_; }
  friend bool operator==(const Profile& a, const Profile& b) { return a.points_ == b.points_; }

 private:
  std::size_t segment_at(Seconds time) const;  // the index of the point at which it begins
  double value_before(Seconds time) const;     // of a jump that which comes before it
  void append(std::vector<Point>& points, Seconds from, Seconds to, double factor) const;

  std::vector<Point> points_;
  std::vector<double> areas_;  // from 0 to each point
};

}  // namespace loads::plan
