#pragma once

#include <string>
#include <string_view>

namespace loads::user {

// A message of several lines, such as GoogleTest's, in one: runs of white space become a blank.
std::string one_line(std::string_view text);

}  // namespace loads::user
