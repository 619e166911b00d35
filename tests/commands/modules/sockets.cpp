// Web sockets at paths of loads-target: -e path=/ws-masked.
#include <array>
#include <random>
#include <sstream>

#include <loads/loads.h>

struct Sockets : loads::TestCase {
  loads::WebSocket open(const loads::WebSocketOptions& options = {}) { return create_ws(user().variable("path", "/ws"), {}, options); }
};

// One message there and back.
LOADS_TEST(Sockets, echo) {
  auto ws = open({.timeout = 20s});
  ws.send("hello");
  EXPECT_EQ(ws.receive().data, "hello");
}

LOADS_TEST(Sockets, compressed) {
  auto ws = open({.compression = true});
  EXPECT_EQ(ws.extensions(), "permessage-deflate");
  for (const std::size_t size : {1, 100, 100'000}) {
    const std::string text(size, 'x');
    ws.send(text);
    EXPECT_EQ(ws.receive().data, text);
  }
}

// Text that packs well, and bytes that do not, of all sizes.
LOADS_TEST(Sockets, compressed_sizes) {
  auto ws = open({.timeout = 20s, .compression = true});
  EXPECT_EQ(ws.extensions(), "permessage-deflate");
  std::mt19937 random(1);
  for (const std::size_t size : {0, 16, 64, 256, 1024, 4096, 8192, 16384, 32768, 65536, 131072}) {
    for (int i = 0; i < 5; ++i) {
      std::string text;
      while (text.size() < size) text += "{\"id\": " + std::to_string(random()) + ", \"name\": \"some one\"},\n";
      ws.send(text);
      EXPECT_TRUE(ws.receive().data == text) << size;
      std::string bytes(size, ' ');
      for (char& byte : bytes) byte = static_cast<char>(random());
      ws.send_binary(bytes);
      EXPECT_TRUE(ws.receive().data == bytes) << size;
    }
  }
}

using Wire = std::array<long, 2>;  // bytes that a server has read and written

// By how much a message that comes back makes them grow, at a server that says how many there are.
Wire growth_by(const std::string& text, loads::WebSocket& ws) {
  const auto ask = [&] {
    ws.send("wire");
    std::istringstream answer(ws.receive().data);
    Wire wire{};
    answer >> wire[0] >> wire[1];
    return wire;
  };
  const Wire before = ask();
  ws.send(text);
  EXPECT_EQ(ws.receive().data, text);
  const Wire after = ask();
  return {after[0] - before[0], after[1] - before[1]};
}

// A message that can hardly be packed, unless it is known already (and fits our window of 4 KiB): -e context=kept or forgotten.
LOADS_TEST(Sockets, compressed_twice) {
  auto ws = open({.compression = true});
  std::mt19937 random(1);
  std::string noise(2000, ' ');
  for (char& letter : noise) letter = static_cast<char>('0' + random() % 64);
  for (const long bytes : growth_by(noise, ws)) EXPECT_GT(bytes, 1400);
  const bool kept = user().variable("context", "") == "kept";
  for (const long bytes : growth_by(noise, ws)) EXPECT_EQ(bytes < 300, kept) << bytes;
}

// The server sends a message for them.
LOADS_TEST(Sockets, pings) {
  auto ws = open({.timeout = 20s});
  ws.ping("first");
  ws.ping("second");
  EXPECT_EQ(ws.receive().data, "2 pings, the last \"second\"");
}

LOADS_TEST(Sockets, pings_by_itself) {
  auto ws = open({.timeout = 20s, .ping_interval = 50ms});
  EXPECT_EQ(ws.receive().data, "3 pings, the last \"\"");
}

LOADS_TEST(Sockets, protocols) { EXPECT_EQ(open({.protocols = {"chat.v2", "chat.v1"}}).protocol(), "chat.v2"); }

LOADS_TEST(Sockets, large) {
  auto ws = open();
  const std::string data(3'000'000, '\xff');
  ws.send_binary(data);
  EXPECT_TRUE(ws.receive().data == data);
}

// What an echo server with manners of its own does: the answer, then a close handshake of ours.
LOADS_TEST(Sockets, closes) {
  auto ws = open();
  ws.send("hello");
  EXPECT_EQ(ws.receive().data, "hello");
  ws.close(3000, "bye");
  EXPECT_FALSE(ws.is_open());
  incr_counter("code " + std::to_string(ws.close_code()));
}

LOADS_TEST(Sockets, is_closed) {
  auto ws = open();
  ws.send("hello");
  EXPECT_THROW(ws.receive(), loads::ConnectionError);
  incr_counter("code " + std::to_string(ws.close_code()));
}

// Says something to a server that says nothing any more, and goes.
LOADS_TEST(Sockets, leaves) {
  auto ws = open();
  ws.send("hello");
  ws.close();
  EXPECT_EQ(ws.close_code(), 1006);
}
