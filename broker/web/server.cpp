#include "broker/web/server.h"

#include <pthread.h>

#include <atomic>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <chrono>
#include <list>
#include <optional>
#include <thread>
#include <utility>
#include <vector>

#include "broker/web/connection.h"
#include "common/failure.h"

namespace loads::broker::web {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;
using ErrorCode = boost::system::error_code;
using Clock = std::chrono::steady_clock;

constexpr std::chrono::milliseconds kPause{100};  // when no connection can be accepted

std::string bracketed(const tcp::endpoint& endpoint) {
  const std::string host = endpoint.address().to_string();
  return (endpoint.address().is_v6() ? "[" + host + "]" : host) + ":" + std::to_string(endpoint.port());
}

}  // namespace

// Everything but the two functions of the broker's thread happens on the thread of `context_`.
class Server::Impl {
 public:
  Impl(const Address& address, const Times& times);
  ~Impl();

  std::string url() const { return "http://" + bracketed(acceptor_.local_endpoint()) + "/metrics"; }
  bool is_wanted() const { return wanted_; }
  void give(std::string text);

 private:
  void listen(const tcp::endpoint& endpoint);
  void accept();
  void accept_later();
  void welcome(tcp::socket socket);
  void ask(std::shared_ptr<Connection> connection);
  void forget(const Connection* connection);
  void publish(std::shared_ptr<const std::string> text);

  std::chrono::milliseconds fresh_;
  asio::io_context context_{1};
  tcp::acceptor acceptor_{context_};
  asio::steady_timer pause_{context_};
  Connection::House house_;
  std::list<std::shared_ptr<Connection>> connections_;  // the oldest first
  std::vector<std::shared_ptr<Connection>> waiting_;    // for a text
  std::shared_ptr<const std::string> text_;
  Clock::time_point made_{};
  std::atomic<bool> wanted_{false};
  std::thread thread_;
};

Server::Impl::Impl(const Address& address, const Times& times) : fresh_(times.fresh) {
  house_.deadline = times.deadline;
  house_.wants_metrics = [this](std::shared_ptr<Connection> connection) { ask(std::move(connection)); };
  house_.is_over = [this](const Connection* connection) { forget(connection); };
  listen({asio::ip::make_address(address.host), address.port});
  accept();
  thread_ = std::thread([this] { context_.run(); });
}

Server::Impl::~Impl() {
  context_.stop();
  thread_.join();
}

void Server::Impl::listen(const tcp::endpoint& endpoint) {
  ErrorCode error;
  acceptor_.open(endpoint.protocol(), error);
  if (!error) acceptor_.set_option(tcp::acceptor::reuse_address(true), error);
  if (!error) acceptor_.bind(endpoint, error);
  if (!error) acceptor_.listen(asio::socket_base::max_listen_connections, error);
  if (!error) return;
  const bool in_use = error == asio::error::address_in_use;
  throw Failure(
      exit_code::local_resource,
      "cannot listen on " + bracketed(endpoint) + " (--web): " + error.message() + ". Stop what listens there, or take another port",
      in_use ? "in-use" : "listen");
}

void Server::Impl::accept() {
  acceptor_.async_accept([this](const ErrorCode& error, tcp::socket socket) {
    if (error == asio::error::operation_aborted) return;
    if (error) return accept_later();  // there are no descriptors, as a rule
    welcome(std::move(socket));
    accept();
  });
}

void Server::Impl::accept_later() {
  pause_.expires_after(kPause);
  pause_.async_wait([this](const ErrorCode& error) {
    if (!error) accept();
  });
}

// Those that hold a connection for long are the first to lose it, so that one who only asks is served whatever others do.
void Server::Impl::welcome(tcp::socket socket) {
  if (connections_.size() >= kMostConnections) {
    const std::shared_ptr<Connection> oldest = connections_.front();
    oldest->close();
    forget(oldest.get());
  }
  connections_.push_back(std::make_shared<Connection>(std::move(socket), house_));
  connections_.back()->start();
}

void Server::Impl::forget(const Connection* connection) {
  connections_.remove_if([&](const auto& one) { return one.get() == connection; });
  std::erase_if(waiting_, [&](const auto& one) { return one.get() == connection; });
}

void Server::Impl::ask(std::shared_ptr<Connection> connection) {
  if (text_ != nullptr && Clock::now() - made_ < fresh_) return connection->answer(Answer::metrics(text_));
  waiting_.push_back(std::move(connection));
  wanted_ = true;
}

void Server::Impl::give(std::string text) {
  wanted_ = false;
  asio::post(context_, [this, shared = std::make_shared<const std::string>(std::move(text))] { publish(shared); });
}

void Server::Impl::publish(std::shared_ptr<const std::string> text) {
  text_ = std::move(text);
  made_ = Clock::now();
  for (const auto& connection : std::exchange(waiting_, {})) connection->answer(Answer::metrics(text_));
}

Server::Server(const Address& address, const Times& times) : impl_(std::make_unique<Impl>(address, times)) {}
Server::~Server() = default;
std::string Server::url() const { return impl_->url(); }
bool Server::is_wanted() const { return impl_->is_wanted(); }
void Server::give(std::string text) { impl_->give(std::move(text)); }

}  // namespace loads::broker::web
