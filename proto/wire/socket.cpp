#include "proto/wire/socket.h"

#include <unistd.h>

#include <cerrno>
#include <utility>
#include <vector>
#include <zmq.hpp>

#include "common/failure.h"
#include "proto/wire/listener.h"
#include "proto/wire/socket_options.h"

namespace loads::wire {
namespace {

constexpr int kMalformedAtOnce = 64;                 // dropped in one call, so that a flood of them does not hold the thread
constexpr std::int64_t kLargestSubscription = 4096;  // all that an xpub socket is ever sent

std::string text_of(const zmq::message_t& message) { return {message.data<char>(), message.size()}; }

std::string user_id_of(zmq::message_t& message) {
  const char* user = zmq_msg_gets(message.handle(), "User-Id");
  return user == nullptr ? std::string() : std::string(user);
}

int sent_parts(zmq::socket_t& socket, std::string_view bytes, int flags) {
  int result = 0;
  do {
    result = zmq_send(socket.handle(), bytes.data(), bytes.size(), flags | ZMQ_DONTWAIT);
  } while (result < 0 && zmq_errno() == EINTR);
  return result;
}

Sent reason() { return zmq_errno() == EAGAIN ? Sent::full : Sent::unreachable; }  // EHOSTUNREACH; ETERM and ENOTSOCK at the end

[[noreturn]] void refuse_connect(const std::string& endpoint, const zmq::error_t& error) {
  throw Failure(exit_code::local_resource, "cannot connect to " + endpoint + ": " + error.what(), "no-broker");
}

}  // namespace

Context::Context(int max_sockets) : context_(std::make_unique<zmq::context_t>()) {
  context_->set(zmq::ctxopt::max_sockets, max_sockets);
  context_->set(zmq::ctxopt::blocky, false);
}

Context::~Context() = default;

class Socket::Impl {
 public:
  Impl(Context& context, zmq::socket_type type, Door door, std::optional<KeyPair> server, std::optional<PeerKeys> peer,
       std::int64_t largest, Heartbeats heartbeats = Heartbeats::on)
      : socket_(context.handle(), type), type_(type), door_(door), server_keys_(std::move(server)), peer_keys_(std::move(peer)) {
    set_common_options(socket_, largest);
    is_server() ? set_server_options(socket_, door_) : set_peer_options(socket_, heartbeats);
  }

  void bind(const std::string& endpoint) {
    Listener listener(endpoint);
    secure_server(socket_, endpoint, door_, server_keys_);
    const int lent = listener.lend();
    socket_.set(zmq::sockopt::use_fd, lent);
    try {
      socket_.bind(endpoint);
    } catch (const zmq::error_t& error) {
      ::close(lent);
      throw Failure(exit_code::local_resource, "cannot listen on " + endpoint + ": " + error.what(), "listen");
    }
    listeners_.push_back(std::move(listener));
  }

  void connect(const std::string& endpoint) try {
    if (is_ipc(endpoint)) ipc_path(endpoint);  // says more than ZeroMQ when it is too long
    secure_peer(socket_, endpoint, peer_keys_);
    socket_.connect(endpoint);
  } catch (const zmq::error_t& error) {
    refuse_connect(endpoint, error);
  }

  std::optional<Received> receive() {
    for (int i = 0; i < kMalformedAtOnce; ++i) {
      const int parts = receive_parts();
      if (parts == 0) return std::nullopt;
      if (parts == wanted_parts()) return received();
      ++malformed_;
    }
    return std::nullopt;
  }

  zmq::socket_t& socket() { return socket_; }
  std::vector<Listener>& listeners() { return listeners_; }
  std::uint64_t malformed() const { return malformed_; }

 private:
  bool is_server() const { return type_ == zmq::socket_type::router || type_ == zmq::socket_type::xpub; }
  int wanted_parts() const { return type_ == zmq::socket_type::router || type_ == zmq::socket_type::sub ? 2 : 1; }

  // How many parts the next message has, of which the first two are kept; 0: there is none.
  int receive_parts() {
    int parts = 0;
    do {
      zmq::message_t& part = parts == 0 ? first_ : parts == 1 ? second_ : surplus_;
      if (!receive_part(part)) return 0;
      ++parts;
    } while (socket_.get(zmq::sockopt::rcvmore));
    return parts;
  }

  bool receive_part(zmq::message_t& part) {
    int result = 0;
    do {
      result = zmq_msg_recv(part.handle(), socket_.handle(), ZMQ_DONTWAIT);
    } while (result < 0 && zmq_errno() == EINTR);
    return result >= 0;
  }

  Received received() {
    zmq::message_t& body = wanted_parts() == 2 ? second_ : first_;
    return {wanted_parts() == 2 ? text_of(first_) : std::string(), text_of(body), user_id_of(body)};
  }

  std::vector<Listener> listeners_;  // outlive the socket, which has duplicates
  zmq::socket_t socket_;
  zmq::socket_type type_;
  Door door_;
  std::optional<KeyPair> server_keys_;
  std::optional<PeerKeys> peer_keys_;
  std::uint64_t malformed_ = 0;
  zmq::message_t first_, second_, surplus_;
};

Socket::Socket(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Socket::Socket(Socket&& other) noexcept = default;
Socket::~Socket() = default;

Socket Socket::router(Context& context, Door door, const std::optional<KeyPair>& keys) {
  return Socket(std::make_unique<Impl>(context, zmq::socket_type::router, door, keys, std::nullopt, kLargestMessage));
}

Socket Socket::xpub(Context& context, const std::optional<KeyPair>& keys) {
  return Socket(std::make_unique<Impl>(context, zmq::socket_type::xpub, Door::publisher, keys, std::nullopt, kLargestSubscription));
}

Socket Socket::dealer(Context& context, const std::optional<PeerKeys>& keys, std::int64_t largest) {
  return Socket(std::make_unique<Impl>(context, zmq::socket_type::dealer, Door::frontend, std::nullopt, keys, largest));
}

Socket Socket::quiet_dealer(Context& context, const std::optional<PeerKeys>& keys) {
  return Socket(
      std::make_unique<Impl>(context, zmq::socket_type::dealer, Door::backend, std::nullopt, keys, kLargestMessage, Heartbeats::off));
}

Socket Socket::sub(Context& context, const std::optional<PeerKeys>& keys, std::int64_t largest) {
  return Socket(std::make_unique<Impl>(context, zmq::socket_type::sub, Door::publisher, std::nullopt, keys, largest));
}

void Socket::bind(const std::string& endpoint) { impl_->bind(endpoint); }

void Socket::connect(const std::string& endpoint) { impl_->connect(endpoint); }

std::string Socket::last_endpoint() const { return impl_->socket().get(zmq::sockopt::last_endpoint); }

void Socket::pause_accepting() {
  for (auto& listener : impl_->listeners()) listener.pause();
}

void Socket::resume_accepting() {
  for (auto& listener : impl_->listeners()) listener.resume();
}

Sent Socket::send(std::string_view bytes) { return sent_parts(impl_->socket(), bytes, 0) < 0 ? reason() : Sent::sent; }

// The first part finds out whether the peer is there and has room; the second follows the first.
Sent Socket::send(std::string_view route, std::string_view bytes) {
  if (sent_parts(impl_->socket(), route, ZMQ_SNDMORE) < 0) return reason();
  return sent_parts(impl_->socket(), bytes, 0) < 0 ? reason() : Sent::sent;
}

std::optional<Received> Socket::receive() { return impl_->receive(); }

std::uint64_t Socket::malformed() const { return impl_->malformed(); }

void Socket::subscribe(std::string_view topic) { impl_->socket().set(zmq::sockopt::subscribe, topic); }

void Socket::unsubscribe(std::string_view topic) { impl_->socket().set(zmq::sockopt::unsubscribe, topic); }

zmq::socket_t& Socket::handle() { return impl_->socket(); }

}  // namespace loads::wire
