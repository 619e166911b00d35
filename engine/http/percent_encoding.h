#pragma once

#include <string>
#include <string_view>

namespace loads::http {

// The bytes of a URL and their percent-encoding (RFC 3986, 2), for the files that read and write URLs. Locale-free, any byte is safe.

constexpr bool is_digit(char c) { return c >= '0' && c <= '9'; }
constexpr char to_lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }
constexpr bool is_letter(char c) { return to_lower(c) >= 'a' && to_lower(c) <= 'z'; }
constexpr bool is_hex(char c) { return is_digit(c) || (to_lower(c) >= 'a' && to_lower(c) <= 'f'); }
constexpr bool is_one_of(char c, std::string_view set) { return set.find(c) != std::string_view::npos; }
constexpr bool is_unreserved(char c) { return is_letter(c) || is_digit(c) || is_one_of(c, "-._~"); }

// Whether a valid %XX begins at text[at].
bool begins_escape(std::string_view text, std::size_t at);

// Appends "%XX".
void append_escape(std::string& out, char c);

// Append `text` with every byte encoded that may not stand in a path, or in a query; an existing %XX is kept.
void append_path(std::string& out, std::string_view text);
void append_query_text(std::string& out, std::string_view text);

// %XX to bytes; a "%" that begins no %XX is kept.
std::string percent_decode(std::string_view text);

// The text for a message: cut after so many bytes, control characters encoded.
std::string shortened(std::string_view text, std::size_t most = 200);

// 'text', cut to a length that suits a message, control characters encoded.
std::string quoted(std::string_view text);

}  // namespace loads::http
