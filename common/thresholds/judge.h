#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "common/metrics/slice.h"
#include "common/thresholds/sample.h"
#include "common/thresholds/threshold.h"

namespace loads::thresholds {

// What became of a threshold. Without data it is not passed: a test that measures nothing proves nothing.
struct Result {
  Threshold threshold;
  bool passed = false;
  std::optional<double> value;  // in the threshold's unit; nothing: no data
  std::string why;              // there is no data, and what may have been meant; in sentences
  std::uint64_t samples = 0;    // values that a figure of many rests on
};

Result judge(const Threshold& threshold, const metrics::Slice& all, std::chrono::duration<double> time);

// Of a whole run, in the order of the expressions. One that cannot be read, because a later version has written it, is not passed.
std::vector<Result> judge_all(const std::vector<std::string>& expressions, const metrics::Slice& all, std::chrono::duration<double> time);

std::size_t count_crossed(const std::vector<Result>& results);

// "9.4ms", "0.03%", "999", "no data". Three digits, or as many as it takes to see that the limit was crossed, or was not.
std::string value_text(const Result& result);

// Both lists, what is in both once.
std::vector<std::string> united(std::vector<std::string> expressions, const std::vector<std::string>& more);

}  // namespace loads::thresholds
