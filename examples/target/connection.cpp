#include "examples/target/connection.h"

#include <boost/asio/buffer.hpp>
#include <boost/asio/post.hpp>

#include "examples/target/control.h"
#include "examples/target/pages.h"
#include "examples/target/websocket_echo.h"

namespace loads::target {
namespace {

namespace asio = boost::asio;
using ErrorCode = boost::system::error_code;

constexpr std::size_t kMostAtOnce = 1024 * 1024;  // sent before the other connections get their turn
constexpr std::chrono::seconds kGoodbye{5};       // for a client to take what was sent before a close

}  // namespace

Connection::Connection(asio::ip::tcp::socket socket, const Options& options, Counters& counters)
    : socket_(std::move(socket)), timer_(socket_.get_executor()), options_(options), counters_(counters), open_(counters) {
  ErrorCode ignored;
  socket_.non_blocking(true, ignored);
  socket_.set_option(asio::ip::tcp::no_delay(true), ignored);
}

void Connection::serve() {
  while (next_request() && begin_reply() && send_reply() && end_reply()) {
  }
}

void Connection::resume() {
  if (send_reply() && end_reply()) {
    serve();
  }
}

bool Connection::next_request() {
  const RequestReader::Result result = reader_.feed(input_.bytes());
  switch (result.state) {
    case RequestReader::State::complete: head_size_ = result.used; return true;
    case RequestReader::State::incomplete:
      input_.use(result.used);
      read();
      return false;
    case RequestReader::State::malformed:
    case RequestReader::State::too_large: break;
  }
  refuse(result.state);
  return false;
}

void Connection::read() {
  if (reader_.take_expectation()) {
    ErrorCode ignored;  // a client that is not told so sends its body after a moment all the same
    socket_.write_some(asio::buffer("HTTP/1.1 100 Continue\r\n\r\n", 25), ignored);
  }
  const auto room = input_.room();
  socket_.async_read_some(asio::buffer(room.data(), room.size()), [self = shared_from_this()](ErrorCode error, std::size_t size) {
    if (error) {
      return self->close();
    }
    if (self->reply_.idle_close) {
      self->reply_.idle_close.reset();
      self->timer_.cancel();
    }
    self->input_.received(size);
    self->serve();
  });
}

void Connection::refuse(RequestReader::State state) {
  reply_.clear();
  reply_.then = Reply::Then::close;
  const bool malformed = state == RequestReader::State::malformed;
  write_answer({}, malformed ? 400 : 413, malformed ? "this is not HTTP" : "too large", reply_);
  sent_ = 0;
  resume();
}

bool Connection::begin_reply() {
  const Request& request = reader_.request();
  if (request.websocket) {
    become_websocket();
    return false;
  }
  sent_ = 0;
  reply_.clear();
  if (!write_control_reply(request, counters_, reply_)) {
    counters_.request();
    write_reply(request, options_, reply_);
  }
  input_.use(head_size_);
  reader_.next();
  if (reply_.delay.count() > 0) {
    wait(reply_.delay);
    return false;
  }
  return true;
}

bool Connection::send_reply() {
  for (std::size_t sent = 0;;) {
    if (!send_bytes()) {
      return false;
    }
    sent += sent_;
    if (!reply_.more) {
      return true;
    }
    reply_.bytes.clear();
    sent_ = 0;
    if (!reply_.more(reply_.bytes)) {
      reply_.more = nullptr;
    }
    if (reply_.pause.count() > 0) {
      wait(reply_.pause);
      return false;
    }
    if (sent > kMostAtOnce) {
      asio::post(socket_.get_executor(), [self = shared_from_this()] { self->resume(); });
      return false;
    }
  }
}

bool Connection::send_bytes() {
  while (sent_ < reply_.bytes.size()) {
    const std::size_t rest = reply_.bytes.size() - sent_;
    const bool counted = reply_.counted && !reply_.more;
    if (counted) {
      counters_.answer(reply_.status);
    }
    ErrorCode error;
    const std::size_t size = socket_.write_some(asio::buffer(reply_.bytes.data() + sent_, rest), error);
    if (counted && size < rest) {
      counters_.take_back(reply_.status);
    }
    sent_ += size;
    if (error == asio::error::would_block) {
      return wait_for_room();
    }
    if (error) {
      close();
      return false;
    }
  }
  return true;
}

bool Connection::wait_for_room() {
  socket_.async_wait(asio::ip::tcp::socket::wait_write, [self = shared_from_this()](ErrorCode error) {
    if (error) {
      return self->close();
    }
    self->resume();
  });
  return false;
}

bool Connection::end_reply() {
  switch (reply_.then) {
    case Reply::Then::keep:
      if (reply_.idle_close) {
        close_when_idle(*reply_.idle_close);
      }
      return true;
    case Reply::Then::close: close_gently(); break;
    case Reply::Then::reset: reset(); break;
    case Reply::Then::stall: discard(); break;
  }
  return false;
}

void Connection::become_websocket() { start_websocket_echo(std::move(socket_), std::string(input_.bytes()), counters_, std::move(open_)); }

void Connection::wait(std::chrono::microseconds time) {
  timer_.expires_after(time);
  timer_.async_wait([self = shared_from_this()](ErrorCode error) {
    if (!error) {
      self->resume();
    }
  });
}

void Connection::close_when_idle(std::chrono::milliseconds time) {
  timer_.expires_after(time);
  timer_.async_wait([self = shared_from_this()](ErrorCode error) {
    if (!error && self->reply_.idle_close) {
      self->close();
    }
  });
}

// Closing while bytes of the client lie unread would reset the connection, and the client might lose the end of its answer.
void Connection::close_gently() {
  ErrorCode ignored;
  socket_.shutdown(asio::ip::tcp::socket::shutdown_send, ignored);
  timer_.expires_after(kGoodbye);
  timer_.async_wait([self = shared_from_this()](ErrorCode error) {
    if (!error) {
      self->close();
    }
  });
  discard();
}

void Connection::discard() {
  input_.use(input_.bytes().size());
  const auto room = input_.room();
  socket_.async_read_some(asio::buffer(room.data(), room.size()), [self = shared_from_this()](ErrorCode error, std::size_t) {
    if (error) {
      return self->close();
    }
    self->discard();
  });
}

void Connection::reset() {
  ErrorCode ignored;
  socket_.set_option(asio::socket_base::linger(true, 0), ignored);
  close();
}

void Connection::close() {
  ErrorCode ignored;
  socket_.close(ignored);
  timer_.cancel();
}

}  // namespace loads::target
