// Web sockets at paths of loads-target: -e path=/ws-masked.
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
