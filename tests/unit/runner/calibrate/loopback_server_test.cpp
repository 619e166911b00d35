#include "runner/calibrate/loopback_server.h"

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <string>

namespace loads::runner {
namespace {

constexpr std::string_view kAnswer = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";

Descriptor connect_to(const LoopbackServer& server) {
  const std::string url = server.url();
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  address.sin_port = htons(static_cast<std::uint16_t>(std::stoi(url.substr(url.rfind(':') + 1))));
  Descriptor socket(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  EXPECT_EQ(::connect(socket.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address), 0);
  return socket;
}

void send(const Descriptor& socket, std::string_view text) {
  EXPECT_EQ(::send(socket.get(), text.data(), text.size(), 0), static_cast<ssize_t>(text.size()));
}

// So many bytes, or fewer when the server closes.
std::string receive(const Descriptor& socket, std::size_t size) {
  std::string text(size, '\0');
  const ssize_t got = ::recv(socket.get(), text.data(), size, MSG_WAITALL);
  text.resize(static_cast<std::size_t>(std::max<ssize_t>(got, 0)));
  return text;
}

TEST(LoopbackServer, AnswersEachRequestWhereverItIsCut) {
  const LoopbackServer server(2);
  const Descriptor socket = connect_to(server);
  send(socket, "GET / HTTP/1.1\r\nHost: a\r\n\r");
  send(socket, "\nGET / HTTP/1.1\r\n\r\nGET / HTTP/1.1\r\n");
  EXPECT_EQ(receive(socket, 2 * kAnswer.size()), std::string(kAnswer) + std::string(kAnswer));
  send(socket, "\r\n");
  EXPECT_EQ(receive(socket, kAnswer.size()), kAnswer);
}

TEST(LoopbackServer, ServesManyAndEndsWithConnectionsOpen) {
  std::vector<Descriptor> sockets;
  const LoopbackServer server(3);
  for (int i = 0; i < 20; ++i) sockets.push_back(connect_to(server));
  for (const Descriptor& socket : sockets) send(socket, "GET / HTTP/1.1\r\n\r\n");
  for (const Descriptor& socket : sockets) EXPECT_EQ(receive(socket, kAnswer.size()), kAnswer);
  EXPECT_GT(server.cpu_time().count(), 0);
}

}  // namespace
}  // namespace loads::runner
