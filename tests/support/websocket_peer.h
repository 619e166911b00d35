#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "engine/websocket/handshake.h"
#include "support/frames.h"
#include "support/scripted_server.h"

// The server's side of a web socket in a script, byte by byte.
namespace loads::support {

struct PeerFrame {
  unsigned first = 0;  // flags and opcode
  bool masked = false;
  std::string payload;
};

inline std::string header_of(const std::string& head, const std::string& name) {
  const auto at = head.find("\r\n" + name + ": ");
  if (at == std::string::npos) return {};
  const auto begin = at + name.size() + 4;
  return head.substr(begin, head.find("\r\n", begin) - begin);
}

inline std::string upgrade_answer(const std::string& head, const std::string& headers = {}) {
  return "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: " +
         websocket::accept_of(header_of(head, "Sec-WebSocket-Key")) + "\r\n" + headers + "\r\n";
}

// Takes the handshake's request and accepts it; what comes behind the answer goes with it. Returns the request.
inline std::string accept_websocket(Peer& peer, const std::string& headers = {}, const std::string& behind = {}) {
  const std::string head = peer.read_request();
  peer.send(upgrade_answer(head, headers) + behind);
  return head;
}

inline std::uint64_t read_number(Peer& peer, std::size_t bytes) {
  std::uint64_t number = 0;
  for (const char c : peer.read(bytes)) number = number << 8U | static_cast<std::uint8_t>(c);
  return number;
}

inline PeerFrame read_frame(Peer& peer) {
  PeerFrame frame;
  frame.first = static_cast<unsigned>(read_number(peer, 1));
  const auto second = read_number(peer, 1);
  frame.masked = (second & 0x80U) != 0;
  std::uint64_t length = second & 0x7fU;
  if (length >= 126) length = read_number(peer, length == 126 ? 2 : 8);
  const std::string key = frame.masked ? peer.read(4) : std::string(4, '\0');
  frame.payload = peer.read(length);
  for (std::size_t i = 0; i < frame.payload.size(); ++i) frame.payload[i] = static_cast<char>(frame.payload[i] ^ key[i % 4]);
  return frame;
}

// "1000 bye" of a close frame's payload; empty: it names no code.
inline std::string close_text(const std::string& payload) {
  if (payload.size() < 2) return {};
  const auto byte = [&](std::size_t at) { return static_cast<unsigned>(static_cast<std::uint8_t>(payload[at])); };
  return std::to_string(byte(0) << 8U | byte(1)) + (payload.size() > 2 ? " " + payload.substr(2) : "");
}

// Sends every message back until a close frame comes, which is answered.
inline void echo(Peer& peer) {
  while (true) {
    const PeerFrame got = read_frame(peer);
    if ((got.first & 0x0fU) == 8) {
      peer.send(frame(0x88, got.payload));
      return;
    }
    if ((got.first & 0x0fU) <= 2) peer.send(frame(static_cast<std::uint8_t>(got.first), got.payload));
  }
}

inline ScriptedServer::Script echo_server() {
  return [](Peer& peer) {
    accept_websocket(peer);
    echo(peer);
  };
}

}  // namespace loads::support
