#include "examples/target/server.h"

#include <boost/asio/dispatch.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>
#include <thread>
#include <vector>

#include "common/failure.h"
#include "examples/target/connection.h"

namespace loads::target {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;
using ErrorCode = boost::system::error_code;

// A thread with the connections that were dealt to it.
struct Worker {
  asio::io_context context{1};
  asio::executor_work_guard<asio::io_context::executor_type> work{context.get_executor()};
  std::thread thread;
};

}  // namespace

class Server::Impl {
 public:
  explicit Impl(Options options);
  ~Impl();

  Options options_;
  Counters counters_;  // the connections in the workers' contexts use it to their end
  std::vector<std::unique_ptr<Worker>> others_;
  Worker first_;  // ends before the others: a socket that it accepts is already one of theirs
  tcp::acceptor acceptor_;
  asio::steady_timer pause_;

 private:
  void listen();
  void start(Worker& worker);
  void accept();
  void accept_later();

  std::size_t next_ = 0;
};

Server::Impl::Impl(Options options) : options_(std::move(options)), acceptor_(first_.context), pause_(first_.context) {
  listen();
  while (others_.size() + 1 < options_.threads) {
    others_.push_back(std::make_unique<Worker>());
  }
  accept();
  start(first_);
  for (const auto& worker : others_) {
    start(*worker);
  }
}

void Server::Impl::start(Worker& worker) {
  worker.thread = std::thread([&worker] { worker.context.run(); });
}

Server::Impl::~Impl() {
  first_.context.stop();
  first_.thread.join();
  for (const auto& worker : others_) {
    worker->context.stop();
    worker->thread.join();
  }
}

void Server::Impl::listen() {
  ErrorCode error;
  const auto address = asio::ip::make_address(options_.address, error);
  if (error) {
    throw Failure(exit_code::usage, "\"" + options_.address + "\" is not an IP address to listen on.", "options");
  }
  try {
    const tcp::endpoint endpoint(address, options_.port);
    acceptor_.open(endpoint.protocol());
    acceptor_.set_option(tcp::acceptor::reuse_address(true));
    acceptor_.bind(endpoint);
    acceptor_.listen(4096);
  } catch (const boost::system::system_error& trouble) {
    throw Failure(exit_code::local_resource,
                  "cannot listen on " + options_.address + ":" + std::to_string(options_.port) + ": " + trouble.code().message() +
                      ". Choose another --port; 0 takes any free one.",
                  "in-use");
  }
}

void Server::Impl::accept() {
  Worker& worker = next_ == 0 ? first_ : *others_[next_ - 1];
  next_ = (next_ + 1) % (others_.size() + 1);
  acceptor_.async_accept(worker.context, [this, &worker](ErrorCode error, tcp::socket socket) {
    if (error) {
      return accept_later();
    }
    auto connection = std::make_shared<Connection>(std::move(socket), options_, counters_);
    asio::dispatch(worker.context, [connection] { connection->start(); });
    accept();
  });
}

// Out of descriptors, most likely: trying again at once would spin until one is free.
void Server::Impl::accept_later() {
  pause_.expires_after(std::chrono::milliseconds(10));
  pause_.async_wait([this](ErrorCode error) {
    if (!error) {
      accept();
    }
  });
}

Server::Server(Options options) : impl_(std::make_unique<Impl>(std::move(options))) {}
Server::~Server() = default;

std::uint16_t Server::port() const { return impl_->acceptor_.local_endpoint().port(); }
std::uint64_t Server::answered() const { return impl_->counters_.answered(); }
Statistics Server::statistics() const { return impl_->counters_.snapshot(); }
void Server::reset_counts() { impl_->counters_.reset(); }

}  // namespace loads::target
