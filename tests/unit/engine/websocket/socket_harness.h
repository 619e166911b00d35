#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <utility>

#include "engine/websocket/opening.h"
#include "support/client_harness.h"
#include "support/websocket_peer.h"

namespace loads::websocket {

// A client of scripted servers, and in the body of run() an open socket that serves itself.
class SocketHarness : public support::ClientHarness {
 public:
  using Body = std::function<void(Socket&)>;

  void run(const support::ScriptedServer& server, const Body& body, const WebSocketOptions& options = {}, MessageCallback callback = {}) {
    ClientHarness::run([&](http::Client& client) {
      const auto socket = open(client, server, options, std::move(callback));
      socket->start_serving(nullptr);
      const std::shared_ptr<void> leave(nullptr, [&](void*) { socket->leave(); });
      body(*socket);
    });
  }
  std::shared_ptr<Socket> open(http::Client& client, const support::ScriptedServer& server, const WebSocketOptions& options = {},
                               MessageCallback callback = {}) {
    const std::string url = "ws://" + server.address() + "/ws";
    session::Conversation session(client, settings);
    return websocket::open(context, session, {"", url}, options, make_proposal(options), std::move(callback));
  }

  metrics::SocketStats& sockets() { return recorder.slice().sockets; }
  std::uint64_t errors(metrics::SocketError kind) { return sockets().errors[static_cast<std::size_t>(kind)]; }
  session::ConversationSettings settings;
  void sleep(std::chrono::milliseconds time) { loop.sleep_until(fiber::Clock::now() + time); }
};

}  // namespace loads::websocket
