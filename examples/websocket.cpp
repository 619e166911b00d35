// The user guide's test of a web socket. Start a server that sends every message back, and run it:
//
//   examples/echo_server.py &                                   # or: loads-target --port 9000 &
//   loads-runner websocket.TestWebSite.test_something           # once
//   loads-runner websocket.TestWebSite.test_something -u 100 -d 10s
//   loads-runner websocket.TestWebSite.test_chat --server-url http://localhost:9000
#include <loads/loads.h>

#include <thread>

struct TestWebSite : loads::TestCase {};

// Every message goes to the callback, and then to receive().
LOADS_TEST(TestWebSite, test_something) {
  std::vector<std::string> results;
  auto ws = create_ws("ws://localhost:9000/ws", [&](const loads::Message& m) { results.push_back(m.data); });
  ws.send("something");
  ws.receive();
  ws.send("happened");
  ws.receive();

  while (results.size() < 2) std::this_thread::sleep_for(100ms);  // only this virtual user waits

  EXPECT_THAT(results, testing::ElementsAre("something", "happened"));
}

// A path is one on the server that --server-url names. The socket is closed at the end of the block at the latest.
LOADS_TEST(TestWebSite, test_chat) {
  auto ws = create_ws("/chat", {}, {.protocols = {"chat.v2"}, .timeout = 5s, .compression = true});
  EXPECT_EQ(ws.protocol(), "chat.v2");
  ws.send_binary(std::string("\0\1\2", 3));
  auto answer = ws.receive(2s);
  EXPECT_TRUE(answer.is_binary());
  ws.close(1000, "that is all");
  EXPECT_EQ(ws.close_code(), 1000);
}
