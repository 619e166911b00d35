// A stream with TLS over it, as the fibers beside it see it.

#include "engine/net/stream.h"

#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

#include <array>
#include <functional>
#include <memory>
#include <string>

#include "engine/fiber/loop.h"
#include "support/tls_peer.h"

namespace loads::net {
namespace {

using support::ScriptedServer;
using support::TlsPeer;

// Runs the body with a stream to the server, over TLS.
void run(const ScriptedServer& server, const std::function<void(fiber::Loop&, Stream&)>& body) {
  fiber::Loop loop(1);
  fiber::run_blocking(loop, [&] {
    Stream stream(loop);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    address.sin_port = htons(server.port());
    loop.set_deadline(fiber::Clock::now() + std::chrono::seconds(20));
    ASSERT_TRUE(stream.socket().connect(reinterpret_cast<sockaddr*>(&address), sizeof address).ok());
    const int room = 1 << 20;
    setsockopt(stream.socket().descriptor(), SOL_SOCKET, SO_RCVBUF, &room, sizeof room);
    tls::Options options;
    options.verify = false;
    ASSERT_TRUE(stream.start_tls(std::make_shared<const tls::Context>(options), {"localhost", {}}, nullptr).ok());
    body(loop, stream);
  });
}

// What the system holds ready to be read, still with TLS around it.
std::size_t waiting_bytes(Stream& stream) {
  int bytes = 0;
  ::ioctl(stream.socket().descriptor(), FIONREAD, &bytes);
  return static_cast<std::size_t>(bytes);
}

TEST(TlsStream, APeerThatSendsWithoutEndKeepsNobodyWaiting) {
  ScriptedServer server(support::over_tls({support::Authority().issue()}, [](TlsPeer& peer) {
    peer.read_request();
    while (true) peer.send(std::string(16 * 1024, 'x'));
  }));
  run(server, [](fiber::Loop& loop, Stream& stream) {
    ASSERT_TRUE(stream.send("GET / HTTP/1.1\r\n\r\n").ok());
    std::array<char, 16 * 1024> piece{};
    ASSERT_TRUE(stream.receive(piece).ok());
    while (waiting_bytes(stream) < 11 * piece.size()) loop.sleep_until(fiber::Clock::now() + std::chrono::milliseconds(1));
    loop.set_deadline(loop.now());
    int read = 0;
    while (read < 10 && stream.receive(piece).ok()) ++read;
    EXPECT_LT(read, 10);
  });
}

}  // namespace
}  // namespace loads::net
