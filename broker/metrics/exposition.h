#pragma once

#include <array>
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "broker/metrics/run_figures.h"
#include "proto/console_messages.h"

namespace loads::broker {

inline constexpr std::size_t kMostNamesShown = 200;  // of requests, over all runs; what comes after them is "other"
inline constexpr std::size_t kMostRunsShown = 100;

// All that Prometheus is told at a time. A pure value.
struct Scene {
  std::string version;
  std::array<std::size_t, proto::count_of(proto::AgentState{})> agents{};  // by their state
  std::vector<RunFigures> runs;
};

// In Prometheus' text format, version 0.0.4. Of too many runs or names those of the latest runs are shown.
std::string exposition(Scene scene);

// `text` as a label may have it: not long, and no control characters or bytes that are not UTF-8, for which a question mark stands. Names
// that are the same then are one.
std::string label_text(std::string_view text);

// "GET" of "GET /search"; empty when the name begins with no method of HTTP.
std::string_view method_of(std::string_view name);

}  // namespace loads::broker
