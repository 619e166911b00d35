#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "engine/http2/connection.h"
#include "engine/net/endpoint.h"
#include "engine/net/stream.h"

namespace loads::http {

// A connection that requests are sent on: one after another, or over HTTP/2 any number at once.
struct Connection {
  Connection(fiber::Loop& loop, std::shared_ptr<net::Endpoint> endpoint_in) : stream(loop), endpoint(std::move(endpoint_in)) {}

  net::Stream stream;
  std::shared_ptr<net::Endpoint> endpoint;
  std::string peer;  // "127.0.0.1:9200"
  bool reusable = false;
  std::unique_ptr<http2::Connection> http2;  // null: HTTP/1.1. Goes before the stream that it is on
};

// Connections that wait for their next request; the longest idle one gives way when there are too many.
class IdleConnections {
 public:
  explicit IdleConnections(std::size_t most) : most_(most) {}

  std::unique_ptr<Connection> take(const net::Endpoint& endpoint);  // null: there is none that could be used
  void keep(std::unique_ptr<Connection> connection) {
    if (connections_.size() == most_) connections_.erase(connections_.begin());
    connections_.push_back(std::move(connection));
  }
  void close_all();

 private:
  std::size_t most_;
  std::vector<std::unique_ptr<Connection>> connections_;
};

}  // namespace loads::http
