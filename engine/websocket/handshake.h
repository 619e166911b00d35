#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <loads/websocket.h>

#include "engine/message/answer.h"
#include "engine/websocket/extension.h"

namespace loads::websocket {

// The opening handshake (RFC 6455, section 4) as a client makes it. Pure but for the key's random bytes.

std::string make_key();                       // 16 random bytes in base64
std::string accept_of(std::string_view key);  // what a server answers to it

// What a socket is opened with.
struct Proposal {
  std::string key;
  std::vector<std::string> protocols;
  std::string extensions;             // the header's value; empty: none are offered
  std::optional<DeflateTerms> terms;  // what it says
};

// Throws InvalidRequest when a protocol is no token or stands there twice, or when an extension is not known.
Proposal make_proposal(const WebSocketOptions& options);

// The headers of the request, in front of those that a test gives.
Pairs upgrade_headers(const Proposal& proposal);

// What the server has agreed to, or in words why there is no web socket.
struct Agreement {
  std::string protocol;               // empty: none
  std::optional<DeflateTerms> terms;  // nothing: no compression
  std::string error;
};
Agreement read_answer(const message::Answer& answer, const Proposal& proposal);

}  // namespace loads::websocket
