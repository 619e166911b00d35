// SHA-1 is OpenSSL's, which this file alone of the folder includes.

#include <openssl/sha.h>

#include <array>
#include <span>

#include "common/base64.h"
#include "engine/websocket/handshake.h"

namespace loads::websocket {

std::string accept_of(std::string_view key) {
  const std::string text = std::string(key) + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
  std::array<std::uint8_t, SHA_DIGEST_LENGTH> digest{};
  SHA1(reinterpret_cast<const unsigned char*>(text.data()), text.size(), digest.data());
  return base64_encode(digest);
}

}  // namespace loads::websocket
