#include "engine/http/multiplexed.h"

#include <algorithm>
#include <utility>

namespace loads::http {

struct MultiplexedConnections::Opening::State {
  const net::Endpoint* endpoint = nullptr;
  std::vector<fiber::Fiber*> waiting;
  bool over = false;
  net::Trouble trouble;
};

std::shared_ptr<Connection> MultiplexedConnections::find(const net::Endpoint& endpoint, bool any) {
  for (std::size_t i = connections_.size(); i-- > 0;) {
    const std::shared_ptr<Connection>& connection = connections_[i];
    if (connection->endpoint.get() != &endpoint) continue;
    if (!connection->http2->is_usable()) {
      connections_.erase(connections_.begin() + static_cast<std::ptrdiff_t>(i));
    } else if (any || connection->http2->has_room()) {
      return connection;
    }
  }
  return nullptr;
}

void MultiplexedConnections::keep(std::shared_ptr<Connection> connection) {
  if (connections_.size() == most_) connections_.erase(connections_.begin());
  connections_.push_back(std::move(connection));
}

bool MultiplexedConnections::wait_for_opening(const net::Endpoint& endpoint, fiber::Loop& loop, net::Trouble& trouble) {
  const auto found = std::find_if(openings_.begin(), openings_.end(), [&](const auto& one) { return one->endpoint == &endpoint; });
  if (found == openings_.end()) return false;
  const std::shared_ptr<Opening::State> state = *found;
  fiber::Fiber* const self = loop.running();
  state->waiting.push_back(self);
  const std::shared_ptr<void> forget(nullptr, [&](void*) { std::erase(state->waiting, self); });
  while (!state->over) {
    if (loop.park() || state->over) continue;
    trouble = {metrics::RequestError::connect_timeout, "connect: another request had not connected to " + endpoint.host + " in time"};
    return true;
  }
  trouble = state->trouble;
  return true;
}

MultiplexedConnections::Opening::Opening(MultiplexedConnections& all, fiber::Loop& loop, const net::Endpoint& endpoint)
    : all_(all), loop_(loop), state_(std::make_shared<State>()) {
  state_->endpoint = &endpoint;
  all_.openings_.push_back(state_);
}

MultiplexedConnections::Opening::~Opening() {
  std::erase(all_.openings_, state_);
  state_->over = true;
  for (fiber::Fiber* waiting : state_->waiting) loop_.wake(*waiting);
}

void MultiplexedConnections::Opening::failed(const net::Trouble& trouble) { state_->trouble = trouble; }

}  // namespace loads::http
