#include "broker/web/server.h"

#include <arpa/inet.h>
#include <gmock/gmock.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cstring>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "common/failure.h"
#include "support/refusal.h"

namespace loads::broker::web {
namespace {

using testing::EndsWith;
using testing::HasSubstr;
using testing::StartsWith;
using namespace std::chrono_literals;

constexpr const char* kAsk = "GET /metrics HTTP/1.1\r\nHost: localhost\r\n\r\n";

// A plain socket at the server.
class Client {
 public:
  explicit Client(const Server& server) : socket_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    const std::string url = server.url();
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(static_cast<std::uint16_t>(std::stoi(url.substr(url.rfind(':') + 1))));
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (::connect(socket_, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) throw std::runtime_error("cannot connect");
  }
  ~Client() {
    if (socket_ >= 0) ::close(socket_);
  }
  Client(Client&& other) noexcept : socket_(std::exchange(other.socket_, -1)) {}
  Client& operator=(Client&&) = delete;
  Client(const Client&) = delete;
  Client& operator=(const Client&) = delete;

  Client& say(const std::string& text) {
    ::send(socket_, text.data(), text.size(), MSG_NOSIGNAL);
    return *this;
  }
  // All that comes until the server closes, however it does.
  std::string read() const {
    std::string text;
    std::array<char, 4096> piece{};
    for (ssize_t size = 0; (size = ::recv(socket_, piece.data(), piece.size(), 0)) > 0;)
      text.append(piece.data(), static_cast<std::size_t>(size));
    return text;
  }

 private:
  int socket_;
};

class WebServer : public testing::Test {
 protected:
  // What the broker does, once.
  void give(const std::string& text) {
    while (!server_.is_wanted()) std::this_thread::yield();
    server_.give(text);
  }
  std::string ask(const std::string& request) { return Client(server_).say(request).read(); }

  void expect_to_serve() {
    Client client(server_);
    client.say(kAsk);
    give("loads_users 1\n");
    EXPECT_THAT(client.read(), EndsWith("\r\n\r\nloads_users 1\n"));
  }

  Server server_{{"127.0.0.1", 0}, {.fresh = 1h, .deadline = 1h}};
};

TEST_F(WebServer, AnswersWithTheTextThatItIsGiven) {
  Client client(server_);
  EXPECT_FALSE(server_.is_wanted());
  client.say(kAsk);
  give("loads_users 5\n");
  EXPECT_THAT(client.read(), testing::AllOf(StartsWith("HTTP/1.1 200 OK\r\nContent-Type: text/plain; version=0.0.4; charset=utf-8\r\n"),
                                            EndsWith("\r\n\r\nloads_users 5\n")));
}

TEST_F(WebServer, AFreshTextIsGivenAgain) {
  expect_to_serve();
  EXPECT_THAT(ask(kAsk), EndsWith("loads_users 1\n"));
  EXPECT_FALSE(server_.is_wanted());
}

TEST_F(WebServer, AnOldTextIsNot) {
  Server server({"127.0.0.1", 0}, {.fresh = 0ms, .deadline = 1h});
  for (const char* text : {"first\n", "second\n"}) {
    Client client(server);
    client.say(kAsk);
    while (!server.is_wanted()) std::this_thread::yield();
    server.give(text);
    EXPECT_THAT(client.read(), EndsWith(text));
  }
}

TEST_F(WebServer, AHeadIsAnsweredWithoutABody) {
  expect_to_serve();
  EXPECT_THAT(ask("HEAD /metrics HTTP/1.1\r\nHost: localhost\r\n\r\n"),
              testing::AllOf(HasSubstr("Content-Length: 14\r\n"), EndsWith("\r\n\r\n")));
}

TEST_F(WebServer, RequestsInPiecesAreRequests) {
  expect_to_serve();
  Client client(server_);
  for (const char* piece = kAsk; *piece != '\0'; ++piece) client.say(std::string(1, *piece));
  EXPECT_THAT(client.read(), StartsWith("HTTP/1.1 200 OK"));
}

TEST_F(WebServer, GarbageIsRefused) {
  for (const std::string& garbage :
       {std::string("\x16\x03\x01\x02\r\n\r\n"), std::string("hello\r\n\r\n"),
        "GET /metrics HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n" + std::string(),
        std::string("GET /metrics HTTP/1.1\r\nHost: localhost\r\nContent-Length: 5\r\n\r\nhello"),
        std::string("GET /metrics HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n")})
    EXPECT_THAT(ask(garbage), StartsWith("HTTP/1.1 400 Bad Request\r\n")) << garbage;
  expect_to_serve();
}

TEST_F(WebServer, ALongHeadIsCutOff) {
  EXPECT_THAT(ask("GET /metrics HTTP/1.1\r\nHost: localhost\r\nX: " + std::string(1 << 20, 'x')), testing::Not(HasSubstr("200 OK")));
  expect_to_serve();
}

TEST_F(WebServer, NamesOfOtherSitesAreRefused) {
  EXPECT_THAT(ask("GET /metrics HTTP/1.1\r\nHost: evil.example\r\n\r\n"), StartsWith("HTTP/1.1 403 Forbidden\r\n"));
}

TEST_F(WebServer, WhoHoldsConnectionsLosesTheOldest) {
  std::vector<Client> idle;
  for (std::size_t i = 0; i < 3 * Server::kMostConnections; ++i) idle.emplace_back(server_).say("GET /metrics");
  expect_to_serve();
  EXPECT_EQ(idle.front().read(), "") << "it would wait for ever if it were still open";
}

TEST_F(WebServer, WhoDoesNotReadHoldsNobodyUp) {
  std::vector<Client> deaf;
  for (int i = 0; i < 8; ++i) deaf.emplace_back(server_).say(kAsk);
  give(std::string(std::size_t{16} << 20, 'x'));
  EXPECT_THAT(ask("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n"), StartsWith("HTTP/1.1 404 Not Found\r\n"));
}

TEST_F(WebServer, WhoSaysNothingIsCutOff) {
  Server server({"127.0.0.1", 0}, {.fresh = 1h, .deadline = 20ms});
  EXPECT_EQ(Client(server).say("GET /metrics HTTP/1.1\r\n").read(), "");
  EXPECT_EQ(Client(server).say(kAsk).read(), "") << "nobody gives it a text";
}

TEST_F(WebServer, CanEndWithConnectionsOpen) {
  Client client(server_);
  {
    Server server({"127.0.0.1", 0});
    Client waiting(server);
    waiting.say(kAsk);
    while (!server.is_wanted()) std::this_thread::yield();
    server.give("x\n");
    Client silent(server);
  }
  client.say(kAsk);
}

TEST_F(WebServer, APortThatIsInUseIsAnError) {
  const std::string url = server_.url();
  const std::string port = url.substr(url.rfind(':') + 1);
  const Refusal failure = refusal([&] { Server({"127.0.0.1", static_cast<std::uint16_t>(std::stoi(port))}); });
  EXPECT_EQ(failure.code, exit_code::local_resource);
  EXPECT_EQ(failure.id, "in-use");
  EXPECT_THAT(failure.message, HasSubstr("127.0.0.1:" + port.substr(0, port.find('/')) + " (--web)"));
}

}  // namespace
}  // namespace loads::broker::web
