#pragma once

#include <string_view>

namespace loads::http {

// Whether a header field of that name, in any case, has a value that is not to be shown to whoever reads a trace or a report: credentials,
// cookies, and what goes by the name of a token, a secret or a key to an interface.
bool is_secret(std::string_view header);
inline constexpr std::string_view kHidden = "[hidden]";  // shown in its place

}  // namespace loads::http
