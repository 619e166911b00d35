#include "common/metrics/problem.h"

#include <algorithm>
#include <tuple>
#include <utility>

#include "common/metrics/bounded_text.h"

namespace loads::metrics {
namespace {

constexpr std::string_view kOtherProblems = "other problems";

bool same_kind(const Problem& a, const Problem& b) {
  return a.kind == b.kind && a.location == b.location && a.request == b.request && (!a.location.empty() || a.message == b.message);
}

bool is_other(const Problem& problem) { return problem.message == kOtherProblems && problem.location.empty() && problem.request.empty(); }

// Counts `more` in. Of two that began at the same time the message that sorts first stays, so that the order of merging does not show.
void absorb(Problem& problem, Problem&& more) {
  problem.count += more.count;
  problem.last = std::max(problem.last, more.last);
  if (std::tie(more.first, more.message) >= std::tie(problem.first, problem.message)) return;
  problem.first = more.first;
  problem.message = std::move(more.message);
  problem.blame = more.blame;
}

}  // namespace

std::string_view to_string(ProblemKind kind) {
  switch (kind) {
    case ProblemKind::error: return "error";
    case ProblemKind::failure: return "failure";
  }
  return "unknown";
}

bool ProblemTable::full() const {
  return problems_.size() >= kMaxProblems &&
         problems_.size() >= kMaxProblems + static_cast<std::size_t>(std::count_if(problems_.begin(), problems_.end(), is_other));
}

void ProblemTable::add(Problem problem) {
  if (problem.count == 0) return;
  for (std::string* text : {&problem.message, &problem.location, &problem.request}) text->resize(bounded(*text).size());
  const auto known = std::find_if(problems_.begin(), problems_.end(), [&](const Problem& p) { return same_kind(p, problem); });
  if (known != problems_.end()) return absorb(*known, std::move(problem));
  if (is_other(problem) || !full()) {
    problems_.push_back(std::move(problem));
    return;
  }
  problem.message = kOtherProblems;
  problem.location.clear();
  problem.request.clear();
  add(std::move(problem));
}

void ProblemTable::merge(const ProblemTable& other) {
  for (const Problem& problem : other.problems_) add(problem);
}

std::uint64_t ProblemTable::count() const {
  std::uint64_t count = 0;
  for (const Problem& problem : problems_) count += problem.count;
  return count;
}

std::vector<Problem> ProblemTable::worst_first() const {
  auto sorted = problems_;
  std::stable_sort(sorted.begin(), sorted.end(), [](const Problem& a, const Problem& b) {
    return std::tie(b.count, a.first, a.message, a.location, a.request) < std::tie(a.count, b.first, b.message, b.location, b.request);
  });
  return sorted;
}

bool ProblemTable::contains_kind_of(const Problem& problem) const {
  return std::any_of(problems_.begin(), problems_.end(), [&](const Problem& p) { return same_kind(p, problem); });
}

}  // namespace loads::metrics
