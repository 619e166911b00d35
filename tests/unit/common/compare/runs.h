#pragma once

#include <cmath>
#include <cstdint>
#include <random>

#include "common/compare/run.h"

namespace loads::compare {

// Even between 0 and 1, the same everywhere.
inline double even(std::mt19937_64& random) { return static_cast<double>(random() >> 11) * 0x1p-53; }

inline double normal(std::mt19937_64& random) {
  double sum = -6;
  for (int i = 0; i < 12; ++i) sum += even(random);
  return sum;
}

struct Likeness {
  int seconds = 120;
  double middle = 50'000;  // microseconds
  double memory = 0.5;     // how the level of the times sways from second to second
  double sway = 0.05;
  int rate = 50;
  double bad = 0;  // share of requests and test runs without an answer, with an error
};

// A run whose times are log-normal around a level that sways.
inline Run make_run(const Likeness& like, std::uint64_t seed) {
  std::mt19937_64 random(seed);
  Run run;
  run.measured = Seconds(like.seconds);
  double level = like.sway * normal(random);
  for (int second = 0; second < like.seconds; ++second) {
    level = like.memory * level + like.sway * std::sqrt(1 - like.memory * like.memory) * normal(random);
    metrics::Histogram times;
    auto& window = run.windows.emplace_back();
    for (int i = 0; i < like.rate; ++i) {
      if (even(random) < like.bad) {
        ++window.unanswered;
        ++window.errors;
        continue;
      }
      times.record(static_cast<std::uint64_t>(like.middle * std::exp(level + 0.5 * normal(random))));
    }
    window.answered = times.count();
    window.response_times.add(times);
    run.all.response_times.merge(times);
    run.all.answered += times.count();
    run.all.unanswered += window.unanswered;
    run.successes += times.count();
    run.errors += window.errors;
  }
  return run;
}

}  // namespace loads::compare
