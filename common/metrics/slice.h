#pragma once

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <utility>

#include "common/metrics/arrivals.h"
#include "common/metrics/exemplar.h"
#include "common/metrics/problem.h"
#include "common/metrics/request.h"
#include "common/metrics/sockets.h"

namespace loads::metrics {

// How one run of a test method ended.
enum class Outcome : std::uint8_t { success, error, failure, skipped, cut };  // cut: the run was stopped before it ended
inline constexpr std::size_t kOutcomes = 5;

// A check: counted, never failing.
struct CheckStats {
  std::uint64_t passed = 0;
  std::uint64_t failed = 0;
};

inline constexpr std::size_t kMaxNames = 200;            // of requests, counters, trends and checks each
inline constexpr std::string_view kOtherName = "other";  // what comes after them

// What was measured in an interval: of one thread in one second, or merged over many. A pure value; merging is exact and its order does not
// matter (but for the choice of the names that end up in "other").
struct Slice {
  template <typename T>
  using ByName = std::map<std::string, T, std::less<>>;

  std::uint32_t step = 0;         // index of the plan's step
  bool warm_up = false;           // measured before the figures begin, and no part of them
  ByName<RequestStats> requests;  // by request name
  ByName<std::int64_t> counters;
  ByName<Histogram> trends;  // values x 1000, so that three decimals survive
  ByName<CheckStats> checks;
  std::array<std::uint64_t, kOutcomes> outcomes{};  // test runs
  ProblemTable problems;
  std::map<int, std::uint64_t> unread_statuses;  // answers of 400 and above whose status no code of the test has looked at
  SocketStats sockets;                           // web sockets
  ArrivalStats arrivals;                         // of test runs that had their times
  ExemplarTable exemplars;                       // of those requests, which belong to the run as a whole: each knows its step

  using Kind = std::pair<std::uint32_t, bool>;  // slices of different ones are not merged
  Kind kind() const { return {step, warm_up}; }

  std::uint64_t runs(Outcome outcome) const { return outcomes[static_cast<std::size_t>(outcome)]; }
  RequestStats all_requests() const;  // every name merged
  std::uint64_t hits() const;         // answered requests
  bool empty() const;
  void merge(const Slice& other);          // keeps this->step and this->warm_up
  void merge_figures(const Slice& other);  // all but the exemplars
};

// The entry of `name`, or of kOtherName, which takes no other's place, when the table is full.
template <typename T>
T& entry(Slice::ByName<T>& table, std::string_view name) {
  if (const auto found = table.find(name); found != table.end()) return found->second;
  if (table.size() >= kMaxNames + table.count(kOtherName)) name = kOtherName;
  return table.try_emplace(std::string(name)).first->second;
}

}  // namespace loads::metrics
