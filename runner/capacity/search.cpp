#include "runner/capacity/search.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <cstdlib>

namespace loads::runner {
namespace {

using metrics::Validity;

constexpr double kGrowth = 2;
constexpr std::size_t kMostOfVisit = 4;  // runs that can be believed, more or less: then their majority decides

}  // namespace

double rounded_rate(double rate) {
  std::array<char, 32> text{};
  std::snprintf(text.data(), text.size(), "%.3g", rate);
  return std::strtod(text.data(), nullptr);
}

Search::Search(Settings settings) : settings_(settings), rate_(settings.start) {}

void Search::take(bool held, Validity validity) {
  ++runs_;
  visit_.push_back({held, validity});
  if (const auto state = decided()) settle(*state);
  if (end_ == End::none && runs_ >= settings_.most_runs) end_ = End::undecided;
}

std::optional<Search::State> Search::known_state() const {
  const auto level = levels_.find(rate_);
  return level == levels_.end() ? std::nullopt : std::optional(level->second.state);
}

// What the runs of this visit say together; nothing: another one has to tell.
std::optional<Search::State> Search::decided() const {
  const auto known = known_state();
  const auto count = [&](auto... validity) {
    return static_cast<std::size_t>(
        std::count_if(visit_.begin(), visit_.end(), [&](const Run& run) { return ((run.validity == validity) || ...); }));
  };
  if (count(Validity::invalid) >= (known == State::invalid ? 1U : 2U)) return State::invalid;
  // A SUSPECT run counts when there is no better one, and it was given a second chance.
  const Validity counted = count(Validity::valid) > 0 ? Validity::valid : Validity::suspect;
  if (counted == Validity::suspect && count(Validity::suspect) < 2) return std::nullopt;
  std::size_t held = 0;
  std::size_t failed = 0;
  for (const Run& run : visit_) {
    if (run.validity == counted) ++(run.held ? held : failed);
  }
  const bool was_bad = known && known != State::held;
  if (held >= (was_bad ? 2U : 1U)) return State::held;
  if (failed >= (was_bad ? 1U : 2U)) return State::failed;
  if (count(Validity::valid, Validity::suspect) < kMostOfVisit) return std::nullopt;
  return held > failed ? State::held : State::failed;
}

void Search::settle(State state) {
  const bool confirmed = levels_.contains(rate_);
  const bool suspect = std::none_of(visit_.begin(), visit_.end(), [](const Run& run) { return run.validity == Validity::valid; });
  levels_.insert_or_assign(rate_, Level{state, suspect, confirmed});
  visit_.clear();
  forget_contradictions(state);
  choose_next();
}

// What a target bears it bears at lower rates as well: what was said to the contrary was chance.
void Search::forget_contradictions(State state) {
  std::erase_if(levels_, [&](const Levels::value_type& entry) {
    const bool holds = entry.second.state == State::held;
    return state == State::held ? entry.first < rate_ && !holds : entry.first > rate_ && holds;
  });
}

std::optional<double> Search::floor() const {
  const auto found = std::find_if(levels_.rbegin(), levels_.rend(), [](const auto& entry) { return entry.second.state == State::held; });
  return found == levels_.rend() ? std::nullopt : std::optional(found->first);
}

std::optional<double> Search::ceiling() const {
  const auto found = std::find_if(levels_.begin(), levels_.end(), [](const auto& entry) { return entry.second.state != State::held; });
  return found == levels_.end() ? std::nullopt : std::optional(found->first);
}

bool Search::is_suspect(double rate) const {
  const auto level = levels_.find(rate);
  return level != levels_.end() && level->second.suspect;
}

void Search::choose_next() {
  const auto lower = floor();
  const auto upper = ceiling();
  if (!lower) {
    end_ = levels_.at(*upper).state == State::invalid ? End::generator : End::nothing_holds;
  } else if (!upper) {
    rate_ = rounded_rate(*lower * kGrowth);
  } else {
    choose_within(*lower, *upper);
  }
}

void Search::choose_within(double lower, double upper) {
  const double middle = rounded_rate(std::sqrt(lower * upper));
  if (upper > lower * (1 + settings_.precision) && middle > lower && middle < upper) {
    rate_ = middle;
  } else if (!levels_.at(lower).confirmed) {
    rate_ = lower;
  } else if (!levels_.at(upper).confirmed) {
    rate_ = upper;
  } else {
    end_ = levels_.at(upper).state == State::invalid ? End::generator : End::found;
  }
}

}  // namespace loads::runner
