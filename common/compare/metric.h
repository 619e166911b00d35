#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

namespace loads::compare {

// A figure that two runs are compared by. Its words are those of thresholds (docs/thresholds.md).
struct Metric {
  enum class Kind : std::uint8_t { percentile, mean, rate, unanswered, errors, failures };

  std::string word;  // "p95", "rps", "errors"
  Kind kind = Kind::percentile;
  double quantile = 0;  // of a percentile, 0 to 1

  bool is_time() const { return kind == Kind::percentile || kind == Kind::mean; }
  // Of requests or test runs, in percent. Two shares differ by points, everything else by a part of itself.
  bool is_share() const { return kind == Kind::unanswered || kind == Kind::errors || kind == Kind::failures; }
  bool more_is_better() const { return kind == Kind::rate; }

  friend bool operator==(const Metric& a, const Metric& b) { return a.kind == b.kind && a.quantile == b.quantile; }
};

// Those that every comparison has, in the order of its table.
std::array<Metric, 8> usual_metrics();

// How much worse a figure of the second run may be: "p95:10%" or "rps:5%", and of shares by how many points: "errors:0.5%".
struct Limit {
  Metric metric;
  double percent = 0;
};

// Throws std::invalid_argument, which says what is wrong.
Limit parse_limit(std::string_view text);

}  // namespace loads::compare
