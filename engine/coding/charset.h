#pragma once

#include <string>
#include <string_view>

namespace loads::coding {

// The characters of texts that are not UTF-8, as a Content-Type names their set. Pure, any bytes are safe.

// The charset of "text/html; charset=ISO-8859-1"; empty when none is named.
std::string_view charset_of(std::string_view content_type);

// Whether texts of that charset have to be converted: it is a known one, and neither UTF-8 nor a part of it.
bool is_foreign(std::string_view charset);

// `bytes` of a foreign charset as UTF-8; what is no character of it becomes U+FFFD.
std::string to_utf8(std::string_view charset, std::string_view bytes);

}  // namespace loads::coding
