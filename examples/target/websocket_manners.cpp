#include "examples/target/websocket_manners.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <utility>

namespace loads::target {
namespace {

using Bytes = std::string_view;

constexpr std::array<std::pair<Bytes, Bytes>, 7> kBad{{
    {"/ws-masked", Bytes("\x81\x85\x01\x02\x03\x04hello", 11)},  // what a client must do and a server must not
    {"/ws-bad-utf8", Bytes("\x81\x02\xc3\x28", 4)},
    {"/ws-oversize", Bytes("\x82\x7f\x7f\xff\xff\xff\xff\xff\xff\xff", 10)},  // 2^63 - 1 bytes are to follow
    {"/ws-reserved", Bytes("\xf1\x00", 2)},
    {"/ws-bad-close", Bytes("\x88\x02\x03\xed", 4)},  // 1005, which is never sent
    {"/ws-half-frame", Bytes("\x81\x05hel", 5)},
    {"/ws-drop", Bytes("")},
}};

std::optional<std::uint16_t> code_in(std::string_view path) {
  constexpr std::string_view kClose = "/ws-close/";
  if (!path.starts_with(kClose)) return std::nullopt;
  path.remove_prefix(kClose.size());
  std::uint16_t code = 0;
  const auto [end, error] = std::from_chars(path.data(), path.data() + path.size(), code);
  return error == std::errc() && end == path.data() + path.size() ? std::optional(code) : std::nullopt;
}

}  // namespace

Manners manners_of(std::string_view path) {
  path = path.substr(0, path.find('?'));
  Manners manners;
  manners.pings = path == "/ws-ping";
  manners.fragments = path == "/ws-fragments";
  manners.never_closes = path == "/ws-never-close";
  manners.close_code = code_in(path);
  const auto bad = std::ranges::find(kBad, path, &std::pair<Bytes, Bytes>::first);
  if (bad != kBad.end()) manners.instead = std::string(bad->second);
  return manners;
}

}  // namespace loads::target
