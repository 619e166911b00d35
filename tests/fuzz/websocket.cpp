// Any bytes of a server, in any pieces, are read as messages within their bound, or refused with a code that may be sent and with words;
// how they are cut makes no difference. The first byte says what was agreed upon, and how they are cut.

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "common/utf8.h"
#include "engine/websocket/close_code.h"
#include "engine/websocket/message_reader.h"

namespace {

using loads::websocket::DeflateTerms;
using loads::websocket::MessageReader;
using Event = MessageReader::Event;

constexpr std::size_t kMost = 4096;

void require(bool holds) {
  if (!holds) std::abort();
}

// What the event was, as text.
std::string check(Event event, MessageReader& reader) {
  switch (event) {
    case Event::message:
      require(reader.message().size() <= kMost);
      require(reader.is_binary() || loads::is_utf8(reader.message()));
      return "m" + reader.message();
    case Event::ping:
    case Event::pong: require(reader.control().size() <= loads::websocket::kMostOfControl); return "c" + std::string(reader.control());
    case Event::close:
      require(reader.close_code() == loads::websocket::close_code::none || loads::websocket::may_be_sent(reader.close_code()));
      require(loads::is_utf8(reader.close_reason()));
      return "x" + std::to_string(reader.close_code()) + std::string(reader.close_reason());
    case Event::violation:
      require(loads::websocket::may_be_sent(reader.violation().code) && !reader.violation().words.empty());
      return "v" + std::to_string(reader.violation().code);
    case Event::none: break;
  }
  return {};
}

std::string read(std::string_view bytes, std::size_t piece, const std::optional<DeflateTerms>& terms) {
  MessageReader reader(kMost, terms);
  std::string seen;
  for (; !bytes.empty(); bytes.remove_prefix(std::min(piece, bytes.size()))) {
    std::string_view now = bytes.substr(0, piece);
    Event event = Event::none;
    while ((event = reader.next(now)) != Event::none) {
      seen += check(event, reader) + "\n";
      if (event == Event::close || event == Event::violation) return seen;
    }
    require(now.empty());
  }
  return seen;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const std::string_view bytes(reinterpret_cast<const char*>(data) + 1, size - 1);
  std::optional<DeflateTerms> terms;
  if ((data[0] & 1U) != 0) terms.emplace();
  if (terms && (data[0] & 2U) != 0) terms->server_keeps_context = false;
  if (terms && (data[0] & 4U) != 0) terms->server_window_bits = 9;
  const std::string whole = read(bytes, size, terms);
  require(read(bytes, 1 + (data[0] >> 3U), terms) == whole);
  loads::websocket::read_offer(bytes);
  return 0;
}
