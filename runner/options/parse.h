#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "runner/options/options.h"
#include "runner/options/table.h"

// From an option's texts to its value. Of an option that is no list the last text counts, so that a script can append to a command line.
// Each function throws std::invalid_argument with the reason in words; the caller adds where the text stood.
namespace loads::runner::parse {

std::vector<std::string> split(const std::string& text, char separator);  // one part more than there are separators

std::string text(const Texts& texts);
std::string file_name(const Texts& texts);  // to write to; "-" is none
bool boolean(const Texts& texts);
std::uint64_t number(const Texts& texts, std::uint64_t least, std::uint64_t most);
std::vector<std::uint64_t> series(const Texts& texts, std::uint64_t most);  // "10:20:30", each at least 1
std::chrono::nanoseconds duration(const Texts& texts);                      // zero is allowed; up to plan::kLongest
std::chrono::nanoseconds positive_duration(const Texts& texts);
NamesAndValues assignments(const Texts& texts);  // each "NAME=VALUE"
NamesAndValues headers(const Texts& texts);      // each "Name: value"
std::string http_url(const Texts& texts);

// A run's name or the first digits of it, as people write it after --attach.
std::string run_name(const std::string& word);

// "stop", "continue", or "continue:60s" with the time.
std::pair<proto::BrokerLoss, std::chrono::nanoseconds> broker_loss(const std::string& word);

std::vector<std::string> two(const Texts& texts);                 // exactly
std::vector<compare::Limit> max_regressions(const Texts& texts);  // each of another metric

// Expressions of common/thresholds, that were looked at.
std::vector<std::string> thresholds(const Texts& texts);
std::vector<std::string> abort_thresholds(const Texts& texts);

std::vector<std::string> conditions_of_levels(const Texts& texts);  // "p99<250ms && errors<0.1%", taken apart
double percentage(const Texts& texts, double least, double most);   // "3%", or "3": 0.03

// One word of a fixed list: its place in `words`.
std::size_t choice(const std::string& word, const std::vector<std::string>& words);

}  // namespace loads::runner::parse
