#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "engine/feed/table.h"

namespace loads::feed {

// A CSV text (RFC 4180) as a table. `names` are the columns'; empty: the first line has them. A byte order mark, LF and CRLF, and lines
// that are empty are put up with; a row with too few or too many fields, and a quote that is not closed, are not: FeedError with the line.
Table read_csv(std::string_view text, char delimiter, std::vector<std::string> names);

}  // namespace loads::feed
