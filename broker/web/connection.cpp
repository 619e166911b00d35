#include "broker/web/connection.h"

#include <boost/asio/write.hpp>
#include <boost/beast/http/read.hpp>
#include <utility>

namespace loads::broker::web {
namespace {

namespace asio = boost::asio;
namespace http = boost::beast::http;
using ErrorCode = boost::system::error_code;

std::optional<std::string_view> only_host(const http::request<http::empty_body>& request) {
  if (request.count(http::field::host) != 1) return {};
  const auto host = request[http::field::host];
  return std::string_view(host.data(), host.size());
}

Question question_of(const http::request<http::empty_body>& request) {
  const auto method = request.method_string();
  const auto target = request.target();
  return {{method.data(), method.size()}, {target.data(), target.size()}, only_host(request)};
}

// What Beast's parser does not take, as opposed to a connection that broke.
bool is_garbage(const ErrorCode& error) { return error.category() == http::make_error_code(http::error::bad_method).category(); }

}  // namespace

Connection::Connection(asio::ip::tcp::socket socket, const House& house)
    : socket_(std::move(socket)), deadline_(socket_.get_executor()), house_(house) {
  parser_.header_limit(kMostHead);
  parser_.body_limit(0);
}

void Connection::start() {
  deadline_.expires_after(house_.deadline);
  deadline_.async_wait([self = shared_from_this()](const ErrorCode& error) {
    if (!error) self->over();
  });
  http::async_read_header(socket_, buffer_, parser_,
                          [self = shared_from_this()](const ErrorCode& error, std::size_t) { self->on_head(error); });
}

void Connection::on_head(const ErrorCode& error) {
  if (error && (!is_garbage(error) || error == http::error::end_of_stream)) return over();
  if (error || parser_.chunked() || parser_.content_length().value_or(0) > 0)
    return answer(Answer::of(400, "Bad Request", "A short request without a body, please.\n"));
  if (auto refused = refusal(question_of(parser_.get()))) return answer(std::move(*refused));
  house_.wants_metrics(shared_from_this());
}

void Connection::answer(Answer answer) {
  answer_ = std::move(answer);
  head_ = answer_.head();
  const bool head_alone = parser_.get().method() == http::verb::head;
  const std::array<asio::const_buffer, 2> bytes{asio::buffer(head_), head_alone ? asio::const_buffer() : asio::buffer(*answer_.body)};
  asio::async_write(socket_, bytes, [self = shared_from_this()](const ErrorCode&, std::size_t) { self->over(); });
}

void Connection::close() {
  ErrorCode ignored;
  socket_.shutdown(asio::ip::tcp::socket::shutdown_both, ignored);
  socket_.close(ignored);
  deadline_.cancel();
}

void Connection::over() {
  close();
  house_.is_over(this);
}

}  // namespace loads::broker::web
