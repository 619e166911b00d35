#include "proto/wire/listener.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include <string>
#include <vector>

#include "wire_test.h"

namespace loads::wire {
namespace {

std::uint16_t port_of(int descriptor) {
  sockaddr_in address{};
  socklen_t size = sizeof address;
  ::getsockname(descriptor, reinterpret_cast<sockaddr*>(&address), &size);
  return ntohs(address.sin_port);
}

Descriptor begun_connection(std::uint16_t port) {
  Descriptor socket(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  ::connect(socket.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address);
  return socket;
}

bool happens(int descriptor, short events, int milliseconds) {
  pollfd waiting{descriptor, events, 0};
  return ::poll(&waiting, 1, milliseconds) == 1;
}

// Whether the other side closed the connection.
bool turned_away(const Descriptor& connection) {
  char byte = 0;
  return happens(connection.get(), POLLIN, 10000) && ::read(connection.get(), &byte, 1) <= 0;
}

TEST(Listener, APauseAnswersNobodyUntilItsEnd) {
  Listener listener("tcp://127.0.0.1:0");
  const Descriptor lent(listener.lend());
  listener.pause();
  const Descriptor connection = begun_connection(port_of(lent.get()));
  EXPECT_FALSE(happens(connection.get(), POLLOUT, 200));
  listener.resume();
  EXPECT_TRUE(happens(connection.get(), POLLOUT, 10000)) << "the kernel tries again by itself, after a second";
}

TEST(Listener, APauseTurnsAwayThoseWhoWaitThoughNoDescriptorIsLeft) {
  Listener listener("tcp://127.0.0.1:0");
  const Descriptor lent(listener.lend());
  std::vector<Descriptor> waiting;
  for (int i = 0; i < 5; ++i) {
    waiting.push_back(begun_connection(port_of(lent.get())));
    ASSERT_TRUE(happens(waiting.back().get(), POLLOUT, 10000));
  }
  rlimit limit{};
  ASSERT_EQ(getrlimit(RLIMIT_NOFILE, &limit), 0);
  const rlimit few{64, limit.rlim_max};
  ASSERT_EQ(setrlimit(RLIMIT_NOFILE, &few), 0);
  std::vector<Descriptor> all;
  do {
    all.emplace_back(::open("/dev/null", O_RDONLY | O_CLOEXEC));
  } while (all.back().is_open());
  listener.pause();
  setrlimit(RLIMIT_NOFILE, &limit);
  for (const auto& connection : waiting) EXPECT_TRUE(turned_away(connection));
}

class PausedSocket : public testing::TestWithParam<bool> {
 protected:
  std::string endpoint() const { return GetParam() ? "ipc://" + (folder_.path() / "backend.ipc").string() : "tcp://127.0.0.1:0"; }

  TemporaryFolder folder_;
  Context context_;
};

// zmq_unbind() would cut the first peer's connection here, and lose what it has sent.
TEST_P(PausedSocket, KeepsItsPeersAndLetsOthersInLater) {
  Socket router = Socket::router(context_, Door::backend);
  router.bind(endpoint());
  Socket known = Socket::dealer(context_);
  known.connect(router.last_endpoint());
  ASSERT_TRUE(send_soon(known, "hello"));
  const auto hello = next_of(router);
  ASSERT_TRUE(hello.has_value());

  router.pause_accepting();
  Socket late = Socket::dealer(context_);
  late.connect(router.last_endpoint());
  for (int i = 0; i < 100; ++i) {
    ASSERT_EQ(known.send("still here"), Sent::sent);
    const auto message = next_of(router);
    ASSERT_TRUE(message.has_value());
    EXPECT_EQ(message->route, hello->route);
    ASSERT_EQ(router.send(message->route, "good"), Sent::sent);
    ASSERT_TRUE(next_of(known).has_value());
  }
  EXPECT_EQ(late.send("let me in"), Sent::full);

  router.resume_accepting();
  EXPECT_TRUE(send_soon(late, "let me in"));
  EXPECT_EQ(next_of(router)->bytes, "let me in");
}

INSTANTIATE_TEST_SUITE_P(OverTcpAndIpc, PausedSocket, testing::Bool(), [](const auto& chosen) { return chosen.param ? "Ipc" : "Tcp"; });

}  // namespace
}  // namespace loads::wire
