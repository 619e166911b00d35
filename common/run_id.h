#pragma once

#include <string>
#include <string_view>

namespace loads {

// The name of a run: 8 hexadecimal digits, random, so that runs of several machines do not meet.
std::string make_run_id();

// Whether `text` has that form; asked before a run's name from outside becomes part of a path.
bool is_run_id(std::string_view text);

}  // namespace loads
