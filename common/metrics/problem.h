#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "common/metrics/request.h"

namespace loads::metrics {

using WallTime = std::chrono::system_clock::time_point;

enum class ProblemKind : std::uint8_t { error, failure };  // an exception; a failed assertion
std::string_view to_string(ProblemKind kind);

// One kind of thing that went wrong, and how often.
struct Problem {
  ProblemKind kind = ProblemKind::error;
  ErrorClass blame = ErrorClass::test;
  std::string message;   // the first one's: later ones of the same kind may differ in their values
  std::string location;  // "example.cpp:14", or empty
  std::string request;   // the request's name, or empty
  std::uint64_t count = 0;
  WallTime first{};
  WallTime last{};
};

// The kinds of problems of an interval, each kept once and counted. Two problems are of one kind when kind, location and request are equal
// and, where there is no location, the message too. After kMaxProblems kinds the rest are counted together as "other problems": errors and
// failures each, which take no other's place.
class ProblemTable {
 public:
  static constexpr std::size_t kMaxProblems = 100;
  static constexpr std::size_t kMaxKinds = kMaxProblems + 2;  // the others, too

  void add(Problem problem);  // its count says how many
  void merge(const ProblemTable& other);
  std::vector<Problem> worst_first() const;  // by count, then by first
  std::uint64_t count() const;               // of all kinds
  std::size_t kinds() const { return problems_.size(); }
  bool empty() const { return problems_.empty(); }
  bool contains_kind_of(const Problem& problem) const;  // so that a kind is printed live only once

 private:
  bool full() const;

  std::vector<Problem> problems_;
};

}  // namespace loads::metrics
