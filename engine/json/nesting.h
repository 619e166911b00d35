#pragma once

#include <cstddef>
#include <string_view>

// Not loads::json: that is the function of feeders.
namespace loads::json_text {

// How deep the arrays and objects of a JSON text are nested. Text that is no JSON has a depth too: the parser will refuse it, and goes no
// deeper than this before it does.
std::size_t nesting(std::string_view text);

}  // namespace loads::json_text
