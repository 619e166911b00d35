#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "support/scripted_server.h"

// The frames of HTTP/2 as bytes (RFC 9113), for servers that keep to the protocol or break it: no library of ours or of others is in it.
namespace loads::support::h2 {

enum Type : std::uint8_t { kData, kHeaders, kPriority, kReset, kSettings, kPushPromise, kPing, kGoaway, kWindowUpdate, kContinuation };
inline constexpr std::uint8_t kEndStream = 1;
inline constexpr std::uint8_t kAck = 1;
inline constexpr std::uint8_t kEndHeaders = 4;
inline constexpr std::string_view kPreface = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";

inline std::string number(std::uint64_t value, int bytes) {
  std::string text;
  for (int i = bytes - 1; i >= 0; --i) text.push_back(static_cast<char>(value >> (8 * i)));
  return text;
}

inline std::string frame(Type type, std::uint8_t flags, std::uint32_t stream, std::string_view payload = {}) {
  return number(payload.size(), 3) + static_cast<char>(type) + static_cast<char>(flags) + number(stream, 4) + std::string(payload);
}

// A header field as HPACK has it (RFC 7541): literal, not indexed, not compressed. Shorter than 128 bytes each.
inline std::string field(std::string_view name, std::string_view value) {
  return '\0' + std::string(1, static_cast<char>(name.size())) + std::string(name) + static_cast<char>(value.size()) + std::string(value);
}
inline std::string status(std::string_view code) { return field(":status", code); }

inline std::string settings(std::string_view entries = {}) { return frame(kSettings, 0, 0, entries); }
inline std::string setting(std::uint16_t id, std::uint32_t value) { return number(id, 2) + number(value, 4); }
inline constexpr std::uint16_t kMaxConcurrentStreams = 3;
inline constexpr std::uint16_t kInitialWindowSize = 4;

inline std::string headers(std::uint32_t stream, std::string_view block, bool last = false) {
  return frame(kHeaders, static_cast<std::uint8_t>(kEndHeaders | (last ? kEndStream : 0)), stream, block);
}
inline std::string data(std::uint32_t stream, std::string_view bytes, bool last = true) {
  return frame(kData, last ? kEndStream : 0, stream, bytes);
}
inline std::string reset(std::uint32_t stream, std::uint32_t code) { return frame(kReset, 0, stream, number(code, 4)); }
inline std::string goaway(std::uint32_t last, std::uint32_t code, std::string_view debug = {}) {
  return frame(kGoaway, 0, 0, number(last, 4) + number(code, 4) + std::string(debug));
}
inline std::string ok(std::uint32_t stream, std::string_view body = "ok") { return headers(stream, status("200")) + data(stream, body); }

struct Frame {
  std::uint8_t type = 0;
  std::uint8_t flags = 0;
  std::uint32_t stream = 0;
  std::string payload;
};

inline std::uint32_t number_of(std::string_view bytes) {
  std::uint32_t value = 0;
  for (const char c : bytes) value = value << 8U | static_cast<unsigned char>(c);
  return value;
}

inline Frame read_frame(Peer& peer) {
  const std::string head = peer.read(9);
  Frame frame;
  frame.type = static_cast<std::uint8_t>(head[3]);
  frame.flags = static_cast<std::uint8_t>(head[4]);
  frame.stream = number_of(head.substr(5)) & 0x7fffffffU;
  frame.payload = peer.read(number_of(head.substr(0, 3)));
  return frame;
}

// The next frame of this type; those before it are passed over.
inline Frame read_frame(Peer& peer, Type type) {
  while (true) {
    Frame frame = read_frame(peer);
    if (frame.type == type) return frame;
  }
}

// A server's part of the opening: the client's preface, and settings of ours.
inline void greet(Peer& peer, std::string_view entries = {}) {
  if (peer.read(kPreface.size()) != kPreface) throw Peer::Gone{};
  peer.send(settings(entries));
}

// The stream of the next request, once all of it is here.
inline std::uint32_t read_request(Peer& peer) {
  while (true) {
    const Frame frame = read_frame(peer);
    if ((frame.type == kHeaders || frame.type == kData) && (frame.flags & kEndStream) != 0) return frame.stream;
  }
}

}  // namespace loads::support::h2
