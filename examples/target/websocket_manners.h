#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace loads::target {

// How a web socket behaves, by the path of its request.
struct Manners {
  bool pings = false;                       // /ws-ping: a ping before each message
  bool fragments = false;                   // /ws-fragments: messages in frames of three bytes
  bool never_closes = false;                // /ws-never-close: reads nothing after the first message, and says nothing
  std::optional<std::uint16_t> close_code;  // /ws-close/CODE: closes after the first message
  std::optional<std::string> instead;       // the others: bytes in place of the first message, behind which the connection ends
};

// Any path that is none of these has good manners.
Manners manners_of(std::string_view path);

}  // namespace loads::target
