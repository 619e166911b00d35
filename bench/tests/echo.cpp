// What the users of the benchmark of web sockets do.
#include <loads/loads.h>

// A message there and back, on a web socket that stays.
struct Echo : loads::TestCase {
  void SetUpUser() override { socket_ = create_ws("/ws"); }
  loads::WebSocket socket_;
};

LOADS_TEST(Echo, message) {
  socket_.send("hello-0123456789-hello-0123456789");
  EXPECT_EQ(socket_.receive().data.size(), 33U);
}
