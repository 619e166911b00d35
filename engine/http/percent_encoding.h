#pragma once

#include <string>
#include <string_view>

#include "engine/message/ascii.h"
#include "engine/message/quoted.h"

namespace loads::http {

// The bytes of a URL and their percent-encoding (RFC 3986, 2), for the files that read and write URLs. Locale-free, any byte is safe.

using message::append_escape;
using message::is_digit;
using message::is_hex;
using message::is_letter;
using message::is_one_of;
using message::quoted;
using message::shortened;
using message::to_lower;

constexpr bool is_unreserved(char c) { return is_letter(c) || is_digit(c) || is_one_of(c, "-._~"); }

// Whether a valid %XX begins at text[at].
bool begins_escape(std::string_view text, std::size_t at);

// Append `text` with every byte encoded that may not stand in a path, or in a query; an existing %XX is kept.
void append_path(std::string& out, std::string_view text);
void append_query_text(std::string& out, std::string_view text);

// %XX to bytes; a "%" that begins no %XX is kept.
std::string percent_decode(std::string_view text);

}  // namespace loads::http
