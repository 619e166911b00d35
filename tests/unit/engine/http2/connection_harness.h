#pragma once

#include <gtest/gtest.h>
#include <netinet/in.h>

#include <chrono>
#include <functional>
#include <string_view>
#include <vector>

#include "engine/fiber/loop.h"
#include "engine/http2/connection.h"
#include "support/http2_frames.h"
#include "support/scripted_server.h"

namespace loads::http2 {

namespace h2 = support::h2;
using metrics::RequestError;
using support::Peer;
using support::ScriptedServer;

struct Exchange {
  message::Answer answer;
  Outcome outcome;
};

// A connection to a server, and fibers that use it.
class Harness {
 public:
  explicit Harness(const ScriptedServer& server) : port_(server.port()), scratch_(16 * 1024) {}

  void run(const std::function<void(Connection&)>& body) {
    fiber::run_blocking(loop, [&] {
      net::Stream stream(loop);
      sockaddr_in address{};
      address.sin_family = AF_INET;
      address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
      address.sin_port = htons(port_);
      loop.set_deadline(fiber::Clock::now() + std::chrono::seconds(20));
      ASSERT_TRUE(stream.socket().connect(reinterpret_cast<sockaddr*>(&address), sizeof address).ok());
      const int little = 64 * 1024;
      setsockopt(stream.socket().descriptor(), SOL_SOCKET, SO_RCVBUF, &little, sizeof little);
      Connection connection(loop, stream, scratch_, "server");
      body(connection);
    });
  }

  void get(Connection& connection, Exchange& exchange, std::string_view body = {}) {
    Head head;
    head.assign(body.empty() ? "GET / HTTP/1.1\r\nHost: a\r\n\r\n" : "POST / HTTP/1.1\r\nHost: a\r\n\r\n", "http");
    exchange.outcome = connection.exchange({.head = head, .body = {body}}, exchange.answer);
  }

  // So many exchanges at once, each in a fiber of its own; returns when all have ended.
  void get_all(Connection& connection, std::vector<Exchange>& exchanges) {
    std::size_t open = exchanges.size();
    fiber::Fiber* const waiting = loop.running();
    for (Exchange& exchange : exchanges) {
      loop.spawn([&] {
        loop.set_deadline(fiber::Clock::now() + std::chrono::seconds(20));
        get(connection, exchange);
        if (--open == 0) loop.wake(*waiting);
      });
    }
    while (open > 0) loop.park();
  }

  fiber::Loop loop{16};

 private:
  std::uint16_t port_;
  std::vector<char> scratch_;
};

}  // namespace loads::http2
