#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace loads::runner {

// Text from servers and tests, made fit for a terminal. Widths are columns of a terminal: two for Chinese, none for a combining accent.

inline constexpr std::size_t kLineWidth = 80;

// `text` on one line: white space becomes single blanks; control characters, marks that turn the direction of writing and bytes that are
// not UTF-8 become visible escapes such as \x1b. No escape sequence survives. Very long texts are cut.
std::string printable(std::string_view text);

// The functions below take printable text.
std::size_t columns_of(std::string_view text);
std::string shortened(std::string_view text, std::size_t columns);  // cut in its middle: "GET /a/long...way/home"
std::string padded_right(std::string_view text, std::size_t columns);
std::string padded_left(std::string_view text, std::size_t columns);

// Broken at blanks into lines of at most `columns`; what does not fit into `max_lines` is replaced by "...".
std::vector<std::string> wrapped(std::string_view text, std::size_t columns, std::size_t max_lines);

}  // namespace loads::runner
