#pragma once

#include <array>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/empty_body.hpp>
#include <boost/beast/http/parser.hpp>
#include <chrono>
#include <functional>
#include <memory>
#include <string>

#include "broker/web/answer.h"

namespace loads::broker::web {

// One request and its answer, within the house's deadline: then, or when anything is wrong, the socket is closed. Of the web server's
// thread.
class Connection : public std::enable_shared_from_this<Connection> {
 public:
  static constexpr std::size_t kMostHead = 8 * 1024;  // bytes; a request of more, or with a body, is refused

  // What the server does for a connection.
  struct House {
    std::chrono::milliseconds deadline{};
    std::function<void(std::shared_ptr<Connection>)> wants_metrics;  // it is to be answered
    std::function<void(const Connection*)> is_over;
  };

  Connection(boost::asio::ip::tcp::socket socket, const House& house);

  void start();
  void answer(Answer answer);
  void close();

 private:
  void on_head(const boost::system::error_code& error);
  void over();

  boost::asio::ip::tcp::socket socket_;
  boost::asio::steady_timer deadline_;
  const House& house_;
  boost::beast::flat_buffer buffer_{kMostHead};
  boost::beast::http::request_parser<boost::beast::http::empty_body> parser_;
  Answer answer_;
  std::string head_;
};

}  // namespace loads::broker::web
