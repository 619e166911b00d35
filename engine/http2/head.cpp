#include "engine/http2/head.h"

#include <algorithm>
#include <array>

#include "engine/message/ascii.h"

namespace loads::http2 {
namespace {

using message::equal_ignoring_case;

constexpr std::array<std::string_view, 6> kOfTheConnection{"connection",        "keep-alive", "proxy-connection",
                                                           "transfer-encoding", "upgrade",    "http2-settings"};

// Takes the text up to `end` off `rest`, and `end` too.
std::string_view take_until(std::string_view& rest, std::string_view end) {
  const std::size_t found = rest.find(end);
  const std::string_view taken = rest.substr(0, found);
  rest.remove_prefix(found == std::string_view::npos ? rest.size() : found + end.size());
  return taken;
}

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
  return text;
}

struct Line {
  std::string_view name;
  std::string_view value;
};

Line take_line(std::string_view& rest) {
  std::string_view line = take_until(rest, "\r\n");
  const std::string_view name = take_until(line, ":");
  return {name, trimmed(line)};
}

// Calls `visit` with each header line.
template <typename Visit>
void for_each_line(std::string_view lines, Visit&& visit) {
  for (Line line = take_line(lines); !line.name.empty(); line = take_line(lines)) visit(line);
}

bool has_token(std::string_view list, std::string_view token) {
  while (!list.empty()) {
    if (equal_ignoring_case(trimmed(take_until(list, ",")), token)) return true;
  }
  return false;
}

bool is_of_the_connection(const Line& line, std::string_view named_by_connection) {
  const auto is_name = [&](std::string_view name) { return equal_ignoring_case(name, line.name); };
  return std::any_of(kOfTheConnection.begin(), kOfTheConnection.end(), is_name) || (is_name("te") && line.value != "trailers") ||
         has_token(named_by_connection, line.name);
}

}  // namespace

void Head::assign(std::string_view request, std::string_view scheme) {
  text_.clear();
  pieces_.clear();
  std::string_view request_line = take_until(request, "\r\n");
  const std::string_view method = take_until(request_line, " ");
  const std::string_view path = take_until(request_line, " ");
  std::string_view authority;
  std::string_view named_by_connection;
  for_each_line(request, [&](const Line& line) {
    if (equal_ignoring_case(line.name, "host")) authority = line.value;
    if (equal_ignoring_case(line.name, "connection")) named_by_connection = line.value;
  });

  add(":method", method);
  add(":scheme", scheme);
  if (!authority.empty()) add(":authority", authority);
  add(":path", path);
  for_each_line(request, [&](const Line& line) {
    if (!equal_ignoring_case(line.name, "host") && !is_of_the_connection(line, named_by_connection)) add(line.name, line.value);
  });
}

void Head::add(std::string_view name, std::string_view value) {
  pieces_.push_back(
      {static_cast<std::uint32_t>(name.size()), static_cast<std::uint32_t>(value.size()), static_cast<std::uint32_t>(text_.size())});
  std::transform(name.begin(), name.end(), std::back_inserter(text_), [](char c) { return message::to_lower(c); });
  text_.append(value);
}

Head::Field Head::field(std::size_t index) const {
  const Piece& piece = pieces_[index];
  const std::string_view text = text_;
  return {text.substr(piece.begin, piece.name_size), text.substr(piece.begin + piece.name_size, piece.value_size)};
}

}  // namespace loads::http2
