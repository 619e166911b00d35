#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/session/challenge.h"

namespace loads::session {

// Digest authentication (RFC 7616, and without qop RFC 2617's older form): what a server has asked, and the answers to it. MD5, SHA-256 and
// SHA-512-256, each with and without -sess; qop "auth".
class Digest {
 public:
  // The first of the challenges that can be answered.
  static std::optional<Digest> of(const std::vector<Challenge>& challenges);

  bool stale() const { return stale_; }  // the last nonce was too old, and nothing else was wrong

  // The value of Authorization for a request. `uri` is its path with the query; `cnonce` is random. Each call counts the nonce's use.
  std::string answer(std::string_view user, std::string_view password, std::string_view method, std::string_view uri,
                     std::string_view cnonce);

 private:
  std::string realm_;
  std::string nonce_;
  std::string opaque_;
  std::string algorithm_;       // as the server wrote it; empty: it did not
  const char* hash_ = nullptr;  // OpenSSL's name of it
  bool session_ = false;        // "-sess"
  bool counted_ = false;        // qop
  bool hides_user_ = false;     // "userhash"
  bool stale_ = false;
  std::uint32_t uses_ = 0;  // of the nonce
};

}  // namespace loads::session
