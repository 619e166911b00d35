#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>

namespace loads::runner {

// Figures as text, never NaN or inf: what has no value is "-".

inline constexpr const char* kNoValue = "-";

std::string decimal(double value, int digits);
std::string decimal_trimmed(double value, int digits);                 // without trailing zeros: 3.5, 42
std::string three_digits(double value);                                // 2.5, 12.3, 1235: as exact as percentiles are
std::string per_second(double rate);                                   // 0.25, 99.5, 1235: rounded
std::string whole(double value);                                       // rounded down
std::string percentage(std::uint64_t part, std::uint64_t all);         // "99.9%", rounded down: 100.0% means all of them
std::string response_time(std::optional<std::uint64_t> microseconds);  // "3.6ms"
std::string clock_time(std::chrono::duration<double> time);            // "00:10", "01:00:10"
std::string counted(std::uint64_t count, const std::string& one, const std::string& many);  // "1 error", "2 errors"

}  // namespace loads::runner
