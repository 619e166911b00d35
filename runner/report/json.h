#pragma once

#include <filesystem>
#include <string>
#include <string_view>

#include "runner/report/report.h"

namespace loads::runner {

inline constexpr int kSummarySchema = 1;   // docs/schema/summary-1.json

// The summary for programs: one JSON object and a newline, as docs/schema/summary-1.json describes it. Seconds are floats, null stands
// where there is no value, bytes that are not UTF-8 are replaced.
std::string to_json(const Report& report);

// Throws Failure(exit_code::local_resource) unless write_file() can write `file`: asked before the first request is sent.
void check_writable(const std::filesystem::path& file);

// Replaces `file` as a whole or, throwing Failure(exit_code::local_resource), leaves it as it was.
void write_file(const std::filesystem::path& file, std::string_view content);

}  // namespace loads::runner
