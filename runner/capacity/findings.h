#pragma once

#include <optional>
#include <string>
#include <vector>

#include "runner/capacity/level_run.h"
#include "runner/capacity/search.h"
#include "runner/report/paint.h"

namespace loads::runner {

// What was searched for, and how.
struct SearchPlan {
  std::string test;
  std::vector<std::string> conditions;  // the implied ones too
  double start = 0;
  double precision = 0;
  std::chrono::nanoseconds duration{};  // of a level, without its warm-up
  std::chrono::nanoseconds warm_up{};
  std::uint32_t agents = 0;  // 0: this machine
  std::uint32_t max_users = 0;
};

// A search that is over, or as far as it came: what its text and its JSON read. A pure value.
struct Findings {
  SearchPlan plan;
  std::vector<LevelRun> runs;  // in their order
  Search::End end = Search::End::none;
  std::optional<double> floor, ceiling;
  bool floor_is_suspect = false;
  bool ceiling_is_suspect = false;
  std::vector<std::string> notes;     // sentences
  Ending ending = Ending::completed;  // of the last run: not `completed` when that ended the search
  std::string trouble;                // that ended it: what a run could not be made for
  int exit_code = 0;
};

// All runs at one rate.
struct Level {
  double rate = 0;
  std::size_t tried = 0;
  std::size_t held = 0;
  const LevelRun* shown = nullptr;  // the last one that agrees with what the search has made of it
};
std::vector<Level> levels_of(const Findings& findings);  // in the order of their rates; they point into it

// "It holds 498/s (p99 212ms, errors 0%); at 512/s p99 was 430ms.", or why it is not known.
std::string conclusion(const Findings& findings);

std::string announcement(const SearchPlan& plan);
std::string progress_line(const LevelRun& run);
std::string text_of(const Findings& findings, const Paint& paint);

inline constexpr int kCapacitySchema = 1;       // docs/schema/capacity-1.json
std::string json_of(const Findings& findings);  // with a newline at its end

// "320/s"
std::string rate_text(double rate);

}  // namespace loads::runner
