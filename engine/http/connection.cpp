#include "engine/http/connection.h"

namespace loads::http {

std::unique_ptr<Connection> IdleConnections::take(const net::Endpoint& endpoint) {
  for (std::size_t i = connections_.size(); i-- > 0;) {
    if (connections_[i]->endpoint.get() != &endpoint) continue;
    auto connection = std::move(connections_[i]);
    connections_.erase(connections_.begin() + static_cast<std::ptrdiff_t>(i));
    if (!connection->stream.is_stale()) return connection;
  }
  return nullptr;
}

void IdleConnections::close_all() {
  connections_.clear();
  connections_.shrink_to_fit();
}

}  // namespace loads::http
