#pragma once

#include <string_view>

namespace loads {

// The version of Loads, "1.0.0": that of the library, which is also what --version prints.
std::string_view version();

}  // namespace loads
