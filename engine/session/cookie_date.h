#pragma once

#include <chrono>
#include <optional>
#include <string_view>

namespace loads::session {

// The date of a cookie's Expires, in any of the forms that servers send: RFC 6265, 5.1.1. Nothing when it is none.
std::optional<std::chrono::sys_seconds> parse_cookie_date(std::string_view text);

}  // namespace loads::session
