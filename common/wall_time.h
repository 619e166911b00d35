#pragma once

#include <chrono>
#include <string>

namespace loads {

// Points in time as they are shown, over the clock's whole range (1677 to 2262). Local ones follow TZ.

std::string format_local(std::chrono::system_clock::time_point time);        // "2026-11-23 12:15:06.375365"
std::string format_local_clock(std::chrono::system_clock::time_point time);  // "12:15:31"
std::string format_iso_utc(std::chrono::system_clock::time_point time);      // "2026-11-23T12:15:06.375365Z", ISO 8601

}  // namespace loads
