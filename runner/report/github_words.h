#pragma once

#include <cstddef>
#include <string>

#include "runner/report/report.h"

namespace loads::runner::github {

// What annotations and step summary have in common: a run in a few words. All of them printable text, of one line.

inline constexpr std::size_t kMostOfAKind = 10;  // GitHub shows so many annotations of a kind

bool passed(const Report& report);  // the process ends with exit code 0
std::string short_text(const std::string& text);
std::string described(const metrics::Problem& problem);   // "3x failure: expected 200, got 503 (GET /)"
std::string described(const thresholds::Result& result);  // "p95<500ms: 612ms", and why there is no data
std::string verdict_text(const Report& report);           // the summary's last line, or "PASSED"
std::string figures_text(const Report& report);           // "59998 hits, 999/s, p95 9.4ms"

}  // namespace loads::runner::github
