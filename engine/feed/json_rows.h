#pragma once

#include <string_view>

#include "engine/feed/table.h"

namespace loads::feed {

// A JSON text, an array of objects, as a table: a column for each name that occurs, a row for each object. FeedError when it is none.
Table read_json(std::string_view text);

}  // namespace loads::feed
