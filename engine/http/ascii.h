#pragma once

#include <algorithm>
#include <string_view>

#include "engine/http/percent_encoding.h"

namespace loads::http {

// In ASCII, whatever the locale: what HTTP means by "case-insensitive".
inline bool equal_ignoring_case(std::string_view a, std::string_view b) {
  return a.size() == b.size() && std::equal(a.begin(), a.end(), b.begin(), [](char x, char y) { return to_lower(x) == to_lower(y); });
}

}  // namespace loads::http
