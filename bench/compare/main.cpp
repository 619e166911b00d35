// What --compare is worth: how often it takes equal runs for different ones, and how often it finds a regression. Simulated runs of two
// minutes, in which the level of all times sways from one second to the next, as those of machines do: its logarithm is an autoregressive
// process, and the times of a second are log-normal around it. Always the same for the same seed.
//
//   bench-compare [PAIRS [SECONDS [SEED]]]

#include <cmath>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <random>
#include <string>
#include <vector>

#include "common/compare/compare.h"

namespace {

using loads::compare::Difference;
using loads::compare::Run;
using loads::compare::Verdict;

struct World {
  const char* name;
  double memory;  // correlation of a second's level with that of the one before
  double sway;    // standard deviation of the level's logarithm
  double width;   // of the logarithm of a second's times
  int rate;       // answers a second, on average
};

constexpr World kWorlds[] = {{"no memory", 0.0, 0.05, 0.5, 100},       {"memory 0.5", 0.5, 0.10, 0.5, 100},
                             {"memory 0.5, rare", 0.5, 0.10, 0.5, 10}, {"memory 0.7", 0.7, 0.05, 0.5, 100},
                             {"memory 0.8", 0.8, 0.10, 0.5, 100},      {"memory 0.9", 0.9, 0.10, 0.5, 100},
                             {"narrow times", 0.7, 0.01, 0.002, 100}};

Run simulate(const World& world, int seconds, double slower, std::mt19937_64& random) {
  std::normal_distribution<double> normal;
  std::poisson_distribution<int> count(world.rate);
  Run run;
  run.measured = loads::compare::Seconds(seconds);
  double level = world.sway * normal(random);
  for (int second = 0; second < seconds; ++second) {
    level = world.memory * level + world.sway * std::sqrt(1 - world.memory * world.memory) * normal(random);
    loads::metrics::Histogram times;
    for (int left = count(random); left > 0; --left) {
      const double time = 50'000 * slower * std::exp(level + world.width * normal(random));
      times.record(static_cast<std::uint64_t>(time));
    }
    auto& window = run.windows.emplace_back();
    window.answered = times.count();
    window.response_times.add(times);
    run.all.response_times.merge(times);
    run.all.answered += times.count();
    run.successes += times.count();
  }
  return run;
}

// How many of so many pairs are said to differ, by metric.
std::vector<int> differing(const World& world, int pairs, int seconds, double slower, std::uint64_t seed) {
  std::mt19937_64 random(seed);
  std::vector<int> found(5);
  for (int pair = 0; pair < pairs; ++pair) {
    const Run a = simulate(world, seconds, 1, random);
    const Run b = simulate(world, seconds, slower, random);
    const std::vector<Difference> all = loads::compare::differences(a, b, {}, seed + static_cast<std::uint64_t>(pair));
    for (std::size_t i = 0; i < found.size(); ++i) {
      const bool is_found =
          slower > 1 ? all[i].verdict == Verdict::worse : all[i].verdict == Verdict::worse || all[i].verdict == Verdict::better;
      if (is_found) ++found[i];
    }
  }
  return found;
}

void print(const World& world, const std::vector<int>& found, int pairs) {
  std::printf("  %-18s", world.name);
  for (const int one : found) std::printf(" %6.1f%%", 100.0 * one / pairs);
  std::printf("\n");
}

long argument(int argc, char** argv, int index, long otherwise) { return argc > index ? std::strtol(argv[index], nullptr, 10) : otherwise; }

}  // namespace

int main(int argc, char** argv) {
  const int pairs = static_cast<int>(argument(argc, argv, 1, 200));
  const int seconds = static_cast<int>(argument(argc, argv, 2, 120));
  const auto seed = static_cast<std::uint64_t>(argument(argc, argv, 3, 1));
  for (const double slower : {1.0, 1.1}) {
    std::printf("%d pairs of runs of %d s, seed %llu: %s\n  %-18s %7s %7s %7s %7s %7s\n", pairs, seconds,
                static_cast<unsigned long long>(seed),
                slower > 1 ? "the second one is slower by 10 %, and found to be worse" : "equal ones that are said to differ", "", "p50",
                "p95", "p99", "mean", "rps");
    for (const World& world : kWorlds) print(world, differing(world, pairs, seconds, slower, seed), pairs);
  }
  return 0;
}
