#pragma once

#include <memory>
#include <string_view>

#include <loads/websocket.h>

#include "engine/session/conversation.h"
#include "engine/websocket/socket.h"

namespace loads::websocket {

// Opens web sockets on the road of the session: cookies, credentials, addresses, rules of where connections may lead, headers and back-off
// are its own, and the handshake is a request like others in the report. Suspends. `base` is what a relative URL is resolved against; ws
// and wss mean what http and https do, and either may be given. Throws what the session throws, and ConnectionError when the server
// answers, but with no web socket; all of it is recorded.
struct Address {
  std::string_view base;
  std::string_view url;
};
std::shared_ptr<Socket> open(http::ClientContext& context, session::Conversation& session, const Address& address,
                             const WebSocketOptions& options, const Proposal& proposal, MessageCallback callback);

}  // namespace loads::websocket
