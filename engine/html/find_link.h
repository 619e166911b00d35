#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/html/page.h"

namespace loads::html {

// What a test says of a link: patterns, of which the empty ones say nothing.
struct LinkQuery {
  std::string_view description{};
  std::string_view id{};
  std::string_view href{};
  std::optional<std::size_t> index{};
};

// The link that is meant. `what` is "link" or "button", for the message of the AppError when there is none, or more than one.
const Link& find_link(const std::vector<Link>& links, const LinkQuery& query, std::string_view what);

}  // namespace loads::html
