#include "runner/compare/comparison.h"

#include <algorithm>

#include "common/failure.h"
#include "common/metrics/validity.h"
#include "runner/report/text.h"

namespace loads::runner {
namespace {

constexpr std::uint64_t kSeed = 1;  // the same runs have the same intervals, whenever they are compared

std::string joined(const std::vector<std::string>& words) {
  std::string text;
  for (const std::string& word : words) text += (text.empty() ? "" : ", ") + word;
  return text;
}

std::vector<std::string> different_parts(const StoredRun& a, const StoredRun& b) {
  std::vector<std::string> parts;
  for (std::size_t i = 0; i < std::min(a.plan.size(), b.plan.size()); ++i) {
    if (a.plan[i].second != b.plan[i].second) parts.push_back(a.plan[i].first);
  }
  return parts;
}

void warn_of(const StoredRun& stored, const char* name, std::vector<std::string>& warnings) {
  if (!stored.trouble.empty()) warnings.push_back(std::string(name) + " did not go through its plan: it is " + stored.trouble + ".");
  if (stored.validity != "valid")
    warnings.push_back("the figures of " + std::string(name) + " are " + printable(stored.validity) + ": " +
                       printable(joined(stored.doubts)) + ".");
  if (!stored.has_histograms)
    warnings.push_back(std::string(name) + " has no histograms of its seconds: an older version has written it. There are no intervals.");
}

std::vector<std::string> warnings_about(const StoredRun& a, const StoredRun& b) {
  std::vector<std::string> warnings;
  if (const auto parts = different_parts(a, b); !parts.empty())
    warnings.push_back("A and B had different plans: " + joined(parts) + ". A: " + printable(a.description) +
                       "; B: " + printable(b.description) + ".");
  if (!a.id.empty() && a.id == b.id) warnings.emplace_back("A and B are the same run.");
  warn_of(a, "A", warnings);
  warn_of(b, "B", warnings);
  return warnings;
}

}  // namespace

std::size_t Comparison::limits() const {
  return static_cast<std::size_t>(std::count_if(figures.begin(), figures.end(), [](const auto& one) { return one.limit.has_value(); }));
}

std::size_t Comparison::exceeded() const {
  return static_cast<std::size_t>(std::count_if(figures.begin(), figures.end(), [](const auto& one) { return one.is_too_much; }));
}

std::string Comparison::unjudged() const {
  std::vector<std::string> words;
  for (const compare::Difference& one : figures) {
    if (one.limit && !one.interval) words.push_back(one.metric.word + " (" + one.why + ")");
  }
  return joined(words);
}

std::string Comparison::disbelieved() const {
  if (limits() == 0 || on_invalid == loads::exit_code::passed) return {};
  const std::string invalid(to_string(metrics::Validity::invalid));
  if (a.validity == invalid) return b.validity == invalid ? "A and B" : "A";
  return b.validity == invalid ? "B" : "";
}

int Comparison::exit_code() const {
  if (!disbelieved().empty()) return on_invalid;
  return exceeded() > 0 ? loads::exit_code::thresholds_crossed : loads::exit_code::passed;
}

Comparison make_comparison(StoredRun a, StoredRun b, const std::vector<compare::Limit>& limits, int on_invalid) {
  Comparison comparison;
  comparison.on_invalid = on_invalid;
  comparison.figures = compare::differences(a.run, b.run, limits, kSeed);
  comparison.names = compare::name_differences(a.run, b.run);
  comparison.warnings = warnings_about(a, b);
  comparison.a = std::move(a);
  comparison.b = std::move(b);
  return comparison;
}

}  // namespace loads::runner
