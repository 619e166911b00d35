// What a test asks of a socket: to send, and to receive.

#include "engine/websocket/socket.h"

#include <stdexcept>
#include <utility>

#include <loads/error.h>

#include "common/duration.h"
#include "engine/websocket/close_code.h"

namespace loads::websocket {
namespace {

using metrics::SocketError;

}  // namespace

Socket::Socket(http::ClientContext& context, const Handshake& handshake, SocketOptions options, MessageCallback callback)
    : context_(context),
      loop_(context.loop),
      stream_(handshake.upgrade.stream),
      callback_(std::move(callback)),
      unread_(handshake.answer.body.view()),
      meter_(context.recorder, std::move(options.name)),
      heartbeat_(options.ping_interval, fiber::Clock::now()),
      writer_(loop_, *stream_, handshake.agreement.terms),
      reader_(options.max_message, handshake.agreement.terms),
      timeout_(options.timeout),
      ping_interval_(options.ping_interval),
      url_(std::move(options.url)),
      peer_(handshake.upgrade.peer),
      protocol_(handshake.agreement.protocol),
      compressed_(handshake.agreement.terms.has_value()) {}

Socket::~Socket() = default;

void Socket::send(bool binary, std::string_view data) {
  require_open();
  const fiber::TimePoint now = fiber::Clock::now();
  meter_.asks(now);
  loop_.set_deadline(now + timeout_);
  const fiber::IoResult sent = writer_.send_message(binary, data);
  loop_.set_deadline(fiber::kNever);
  check(sent);
  meter_.sent(data.size());
}

void Socket::ping(std::string_view payload) {
  require_open();
  if (payload.size() > kMostOfControl) throw InvalidRequest("a ping carries at most 125 bytes");
  loop_.set_deadline(fiber::Clock::now() + timeout_);
  const fiber::IoResult sent = writer_.send_control(Opcode::ping, payload);
  loop_.set_deadline(fiber::kNever);
  check(sent);
}

Message Socket::receive(fiber::Duration timeout) {
  if (reading_ != nullptr && reading_ == loop_.running()) throw std::logic_error("receive() cannot wait in the callback of its own socket");
  const fiber::TimePoint deadline = fiber::Clock::now() + timeout;
  while (queue_.empty()) {
    if (state_ == State::draining || state_ == State::ended) throw_closed();
    loop_.set_deadline(deadline);
    const bool in_time = read_or_wait();
    loop_.set_deadline(fiber::kNever);
    if (in_time || !queue_.empty()) continue;
    meter_.timed_out();
    throw Timeout("no message within " + format_duration(timeout) + " from " + url_);
  }
  if (const std::uint64_t dropped = queue_.take_dropped(); dropped > 0) {
    throw std::length_error(std::to_string(dropped) + " messages of " + url_ +
                            " were dropped before they were received: call receive() more often, or leave them to the callback");
  }
  const bool was_full = queue_.is_full();
  Message message = queue_.pop();
  if (was_full && server_ != nullptr) loop_.wake(*server_);
  return message;
}

void Socket::check(const fiber::IoResult& sent) {
  if (sent.ok()) return;
  if (state_ != State::open) throw_closed();  // meanwhile, by another fiber
  note_unsent(sent);
  if (sent.end == fiber::IoResult::End::timed_out) throw Timeout(recorded_);
  throw_closed();
}

void Socket::note_unsent(const fiber::IoResult& sent) {
  if (sent.end == fiber::IoResult::End::timed_out) {
    fail(SocketError::timeout, close_code::abnormal,
         "what was sent to " + url_ + " was not taken within " + format_duration(timeout_) +
             (may_read() ? "" : ": the messages that have come are not received, call receive()"));
  } else {
    fail(SocketError::lost, close_code::abnormal, lost_in_words());
  }
  end();
}

void Socket::require_open() const {
  if (state_ != State::open) throw_closed();
}

void Socket::throw_closed() const { throw ConnectionError(closed_because_.empty() ? url_ + " is closed" : closed_because_); }

}  // namespace loads::websocket
