#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace loads::websocket {

// The numbers that say why a web socket was closed (RFC 6455, 7.4).
namespace close_code {
inline constexpr std::uint16_t normal = 1000;
inline constexpr std::uint16_t going_away = 1001;
inline constexpr std::uint16_t protocol_error = 1002;
inline constexpr std::uint16_t none = 1005;      // never sent: the close frame named no code
inline constexpr std::uint16_t abnormal = 1006;  // never sent: the connection ended without a close frame
inline constexpr std::uint16_t bad_data = 1007;
inline constexpr std::uint16_t too_large = 1009;
}  // namespace close_code

bool may_be_sent(std::uint16_t code);  // in a close frame

// "1001, going away"; of a number without a name the number alone.
std::string in_words(std::uint16_t code);

// The payload of a close frame; of `none` it is empty. The reason is cut to what a control frame holds, at a character's end.
std::string close_payload(std::uint16_t code, std::string_view reason);

}  // namespace loads::websocket
