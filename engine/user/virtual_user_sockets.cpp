// The web sockets of a virtual user.

#include <utility>

#include "engine/user/virtual_user.h"
#include "engine/websocket/opening.h"

namespace loads::user {
namespace {

// Beyond this many those that are over are looked for whenever one is opened.
constexpr std::size_t kMany = 8;

}  // namespace

std::shared_ptr<websocket::Socket> VirtualUser::open_ws(std::string_view url, MessageCallback callback, const WebSocketOptions& options) {
  if (sockets_.size() >= kMany) std::erase_if(sockets_, [](const auto& socket) { return socket->is_over(); });
  if (callback) callback = [this, own = std::move(callback), test = running_](const Message& message) { deliver(own, test, message); };
  const websocket::Proposal proposal = websocket::make_proposal(options);
  std::shared_ptr<websocket::Socket> socket;
  try {
    blocking([&] { socket = websocket::open(context_.http, conversation_, {server_url(), url}, options, proposal, std::move(callback)); });
  } catch (const RequestFailed& error) {
    reported_ = error.what();
    throw;
  }
  sockets_.push_back(socket);
  if (current() != nullptr) socket->start_serving(this);
  return socket;
}

void VirtualUser::leave(const std::shared_ptr<websocket::Socket>& socket) noexcept {
  blocking([&] { socket->leave(); });
  if (socket->is_over()) std::erase(sockets_, socket);
}

void VirtualUser::close_sockets() {
  if (sockets_.empty()) return;
  blocking([&] {
    const auto sockets = std::exchange(sockets_, {});
    for (const auto& socket : sockets) socket->say_goodbye();
    for (const auto& socket : sockets) socket->leave();
  });
}

// Outside of a load test nobody turns the loop between two calls: what comes then waits for the next one.
void VirtualUser::run_alone(const std::function<void()>& action) {
  fiber::run_blocking(context_.loop, [&] {
    const auto served = sockets_;
    for (const auto& socket : served) socket->start_serving(nullptr);
    const std::shared_ptr<void> stop(nullptr, [&](void*) {
      for (const auto& socket : served) socket->stop_serving();
    });
    action();
  });
}

}  // namespace loads::user
