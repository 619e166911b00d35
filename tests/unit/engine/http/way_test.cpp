// The ways to a server other than straight to its address: proxies, --connect-to, Unix sockets, chosen local addresses, and who shares a
// connection.

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/un.h>

#include <loads/error.h>

#include "support/client_harness.h"
#include "support/temporary_folder.h"
#include "support/tls_peer.h"

namespace loads::http {
namespace {

using metrics::RequestError;
using support::Authority;
using support::ClientHarness;
using support::message_of;
using support::Peer;
using support::ScriptedServer;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

const std::string kOk = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";

std::string answer(const std::string& body) {
  return "HTTP/1.1 200 OK\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body;
}

// Answers each request with its own text.
void echo(Peer& peer) {
  while (true) peer.send(answer(peer.read_request()));
}

std::string url_of(const ScriptedServer& server, const std::string& host = "127.0.0.1") {
  return "http://" + host + ":" + std::to_string(server.port()) + "/";
}

ClientSettings through(const ScriptedServer& proxy, const std::string& credentials = "") {
  ClientSettings settings = ClientHarness::quick();
  settings.net.proxies.plain = settings.net.proxies.secure = net::Proxy{"127.0.0.1", proxy.port(), credentials};
  return settings;
}

TEST(ByProxy, ItIsSentTheWholeUrl) {
  ScriptedServer proxy(echo);
  ClientHarness harness(through(proxy, "Basic dTpw"));
  const std::string seen(harness.get("http://user:secret@shop.example/a?b=1").text());
  EXPECT_THAT(seen, StartsWith("GET http://shop.example/a?b=1 HTTP/1.1\r\nHost: shop.example\r\n"));
  EXPECT_THAT(seen, HasSubstr("\r\nProxy-Authorization: Basic dTpw\r\n"));
  EXPECT_THAT(seen, Not(HasSubstr("secret")));
}

TEST(ByProxy, ConnectionsToItAreKept) {
  ScriptedServer proxy(echo);
  ClientHarness harness(through(proxy));
  harness.run([&](Client& client) {
    for (int i = 0; i < 5; ++i) support::get(client, "http://shop.example/");
  });
  EXPECT_EQ(proxy.connections(), 1U);
}

// A proxy that connects to a server of ours whatever it is asked for, and carries the bytes.
class Tunnel {
 public:
  explicit Tunnel(std::uint16_t port) : server_([this, port](Peer& peer) { serve(peer, port); }) {}
  const ScriptedServer& server() const { return server_; }
  std::string asked() const { return asked_; }

 private:
  void serve(Peer& client, std::uint16_t port) {
    asked_ = client.read_head();
    const Descriptor target(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    address.sin_port = htons(port);
    ASSERT_EQ(::connect(target.get(), reinterpret_cast<sockaddr*>(&address), sizeof address), 0);
    client.send("HTTP/1.1 200 Connection established\r\nProxy-Agent: test\r\n\r\n");
    std::thread back([&] { carry(target.get(), client.descriptor()); });
    carry(client.descriptor(), target.get());
    back.join();
  }
  static void carry(int from, int to) {
    char buffer[4096];
    ssize_t got = 0;
    while ((got = ::recv(from, buffer, sizeof buffer, 0)) > 0 && ::send(to, buffer, static_cast<std::size_t>(got), MSG_NOSIGNAL) == got) {
    }
    ::shutdown(to, SHUT_RDWR);
    ::shutdown(from, SHUT_RDWR);
  }

  std::string asked_;
  ScriptedServer server_;
};

TEST(ByProxy, HttpsGoesThroughATunnel) {
  const Authority authority;
  ScriptedServer target(support::over_tls({authority.issue({"shop.example", "DNS:shop.example"})}, support::answer_all_by_tls(kOk)));
  Tunnel tunnel(target.port());
  ClientSettings settings = through(tunnel.server(), "Basic dTpw");
  settings.net.tls.authorities = authority.pem();
  ClientHarness harness(settings);
  EXPECT_EQ(harness.get("https://shop.example/").text(), "ok");
  EXPECT_EQ(tunnel.asked(), "CONNECT shop.example:443 HTTP/1.1\r\nHost: shop.example:443\r\nProxy-Authorization: Basic dTpw\r\n\r\n");
}

TEST(ByProxy, AnUpgradeGoesThroughATunnel) {
  ScriptedServer target([](Peer& peer) {
    peer.read_head();
    peer.send("HTTP/1.1 101 Switching Protocols\r\n\r\n");
    peer.wait_until_closed();
  });
  Tunnel tunnel(target.port());
  ClientHarness harness(through(tunnel.server()));
  harness.run([&](Client& client) {
    Upgrade upgrade;
    const Response answer(client.request({.method = "GET", .base = "", .url = "http://shop.example/ws", .upgrade = &upgrade}));
    EXPECT_EQ(answer.status_code(), 101);
    EXPECT_NE(upgrade.stream, nullptr);
  });
  EXPECT_EQ(tunnel.asked(), "CONNECT shop.example:80 HTTP/1.1\r\nHost: shop.example:80\r\n\r\n");
}

TEST(ByProxy, ARefusedTunnelIsTheProxysError) {
  const std::pair<std::string, std::string> refusals[] = {
      {"HTTP/1.1 407 Proxy Authentication Required\r\n\r\n", "wants a user and a password, or others (407 Proxy Authentication Required)"},
      {"HTTP/1.1 403 Forbidden\r\nContent-Length: 2\r\n\r\nno", "opens no tunnel to shop.example:443: 403 Forbidden"},
      {"SSH-2.0-OpenSSH_9.2\r\n\r\n", "does not speak HTTP"},
      {"HTTP/1.1 200 OK\r\n\r\nmore", "sent more than its answer"},
      {"", "closed the connection without an answer"},
      {std::string(100'000, 'x'), "answers without end"}};
  for (const auto& [said, expected] : refusals) {
    ScriptedServer proxy([&](Peer& peer) {
      peer.read_head();
      peer.send(said);
    });
    ClientHarness harness(through(proxy));
    EXPECT_THAT(message_of<ProxyError>([&] { harness.get("https://shop.example/"); }),
                HasSubstr("the proxy 127.0.0.1:" + std::to_string(proxy.port()) + " " + expected));
    EXPECT_EQ(harness.all().errors[static_cast<std::size_t>(RequestError::proxy)], 1U);
  }
}

TEST(ByProxy, ASilentProxyTimesOut) {
  ScriptedServer proxy([](Peer& peer) { peer.wait_until_closed(); });
  ClientSettings settings = through(proxy);
  settings.connect_timeout = std::chrono::milliseconds(50);
  ClientHarness harness(settings);
  EXPECT_THAT(message_of<ProxyError>([&] { harness.get("https://shop.example/"); }),
              HasSubstr("did not open a tunnel to shop.example:443 in time"));
}

TEST(ByProxy, ARequestMayHaveItsOwnOrNone) {
  ScriptedServer target(support::answer_all(kOk));
  ScriptedServer proxy(support::answer_all(answer("by proxy")));
  ClientHarness harness(through(proxy));
  const std::string url = url_of(target);
  EXPECT_EQ(harness.get(url).text(), "by proxy");
  EXPECT_EQ(harness.get(url, {.proxies = {{"http", ""}}}).text(), "ok");
  ClientHarness direct;
  EXPECT_EQ(direct.get(url, {.proxies = {{"all", url_of(proxy)}}}).text(), "by proxy");
  EXPECT_EQ(direct.get(url, {.proxies = {{"https", url_of(proxy)}}}).text(), "ok");
  EXPECT_THAT(message_of<InvalidRequest>([&] {
                direct.get(url, {.proxies = {{"http", "socks5://localhost:1"}}});
              }),
              HasSubstr("a proxy is spoken to by http:// alone, not by socks5://"));
  EXPECT_THAT(message_of<InvalidRequest>([&] {
                direct.get(url, {.proxies = {{"ftp", "localhost:1"}}});
              }),
              HasSubstr("http, https or all, not for \"ftp\""));
}

TEST(ConnectTo, AnotherServerAnswersForTheNamedOne) {
  ScriptedServer server(echo);
  ClientSettings settings = ClientHarness::quick();
  settings.net.connect_to = {{"shop.example", 80, "127.0.0.1", server.port()}};
  ClientHarness harness(settings);
  EXPECT_THAT(std::string(harness.get("http://shop.example/x").text()), StartsWith("GET /x HTTP/1.1\r\nHost: shop.example\r\n"));
  EXPECT_THROW(harness.get("http://127.0.0.1:" + std::to_string(support::unused_port()) + "/"), ConnectionError);
}

TEST(ConnectTo, EmptyPartsAreAnyAndTheSame) {
  ScriptedServer server(echo);
  ClientSettings settings = ClientHarness::quick();
  settings.net.connect_to = {{"", 0, "127.0.0.1", 0}};
  ClientHarness harness(settings);
  EXPECT_THAT(std::string(harness.get(url_of(server, "any.example")).text()), HasSubstr("Host: any.example:"));
}

// Answers one request on a Unix socket.
class UnixServer {
 public:
  explicit UnixServer(const std::string& path) : listener_(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    path.copy(address.sun_path, sizeof address.sun_path - 1);
    if (::bind(listener_.get(), reinterpret_cast<sockaddr*>(&address), sizeof address) != 0 || ::listen(listener_.get(), 8) != 0)
      throw std::runtime_error("cannot listen");
    thread_ = std::thread([this] {
      support::Counts counts;
      Peer peer(::accept4(listener_.get(), nullptr, nullptr, SOCK_CLOEXEC), 0, counts);
      try {
        echo(peer);
      } catch (const Peer::Gone&) {
      }
    });
  }
  ~UnixServer() {
    ::shutdown(listener_.get(), SHUT_RDWR);
    thread_.join();
  }

 private:
  Descriptor listener_;
  std::thread thread_;
};

TEST(UnixSocket, RequestsGoToItWhateverTheyName) {
  const TemporaryFolder folder;
  const std::string path = (folder.path() / "web.sock").string();
  UnixServer server(path);
  ClientSettings settings = ClientHarness::quick();
  settings.net.unix_socket = path;
  ClientHarness harness(settings);
  EXPECT_THAT(std::string(harness.get("http://shop.example/x").text()), StartsWith("GET /x HTTP/1.1\r\nHost: shop.example\r\n"));
}

TEST(UnixSocket, WhatIsWrongWithItIsSaid) {
  const TemporaryFolder folder;
  ClientSettings settings = ClientHarness::quick();
  settings.net.unix_socket = (folder.path() / "none.sock").string();
  ClientHarness harness(settings);
  EXPECT_EQ(message_of<ConnectionError>([&] { harness.get("http://shop.example/"); }),
            "connect: No such file or directory " + settings.net.unix_socket);
  settings.net.unix_socket = "/" + std::string(200, 'x');
  ClientHarness other(settings);
  EXPECT_THAT(message_of<ConnectionError>([&] { other.get("http://shop.example/"); }), HasSubstr("the path of a Unix socket is too long"));
}

TEST(UnixSocket, AnAgentThatMayConnectToSomeTargetsAloneHasNone) {
  ClientSettings settings = ClientHarness::quick();
  settings.net.unix_socket = "/run/docker.sock";
  settings.target_rules = std::make_shared<const TargetRules>(std::vector<std::string>{"10.0.0.0/8"});
  ClientHarness harness(settings);
  EXPECT_THAT(message_of<ConnectionError>([&] { harness.get("http://localhost/"); }), HasSubstr("to no Unix socket"));
  EXPECT_EQ(harness.all().errors[static_cast<std::size_t>(RequestError::not_allowed)], 1U);
}

TEST(LocalAddress, EachUserConnectsFromItsOwn) {
  std::vector<std::string> seen(3);
  ScriptedServer server([&](Peer& peer) {
    sockaddr_in address{};
    socklen_t size = sizeof address;
    getpeername(peer.descriptor(), reinterpret_cast<sockaddr*>(&address), &size);
    char text[INET_ADDRSTRLEN];
    inet_ntop(AF_INET, &address.sin_addr, text, sizeof text);
    peer.read_request();
    peer.send(answer(text));
  });
  ClientSettings settings = ClientHarness::quick();
  settings.local_addresses = {*dns::Address::parse("127.0.0.2", 0), *dns::Address::parse("127.0.0.3", 0)};
  ClientHarness harness(settings);
  fiber::run_blocking(harness.loop, [&] {
    for (std::uint32_t user = 0; user < 3; ++user) {
      Client client(harness.context, user);
      seen[user] = support::get(client, server.url()).text();
    }
  });
  EXPECT_THAT(seen, testing::ElementsAre("127.0.0.2", "127.0.0.3", "127.0.0.2"));
}

TEST(LocalAddress, OneOfAnotherFamilyIsTheGeneratorsTrouble) {
  ClientSettings settings = ClientHarness::quick();
  settings.local_addresses = {*dns::Address::parse("::1", 0)};
  ClientHarness harness(settings);
  EXPECT_THAT(message_of<ConnectionError>([&] { harness.get("http://127.0.0.1:1/"); }),
              HasSubstr("no way from the local address ::1 to 127.0.0.1:1"));
  EXPECT_EQ(harness.all().errors[static_cast<std::size_t>(RequestError::no_local_address)], 1U);
}

// Two users of a thread, one after the other, with three requests each.
std::size_t connections_of_two_users(ConnectionPolicy policy) {
  ScriptedServer server(support::answer_all(kOk));
  ClientSettings settings = ClientHarness::quick();
  settings.connections = policy;
  ClientHarness harness(settings);
  fiber::run_blocking(harness.loop, [&] {
    for (std::uint32_t user = 0; user < 2; ++user) {
      Client client(harness.context, user);
      for (int i = 0; i < 3; ++i) EXPECT_EQ(support::get(client, server.url()).text(), "ok");
    }
  });
  EXPECT_EQ(harness.all().connections, server.connections());
  harness.context.shared_connections.close_all();
  return server.connections();
}

TEST(Connections, TheyBelongToAUserToAThreadOrToARequest) {
  EXPECT_EQ(connections_of_two_users(ConnectionPolicy::per_user), 2U);
  EXPECT_EQ(connections_of_two_users(ConnectionPolicy::shared), 1U);
  EXPECT_EQ(connections_of_two_users(ConnectionPolicy::per_request), 6U);
}

TEST(Connections, WhoKeepsNoneSaysSo) {
  ScriptedServer server(echo);
  ClientSettings settings = ClientHarness::quick();
  settings.connections = ConnectionPolicy::per_request;
  ClientHarness harness(settings);
  EXPECT_THAT(std::string(harness.get(server.url()).text()), HasSubstr("\r\nConnection: close\r\n"));
}

}  // namespace
}  // namespace loads::http
