// How a socket comes to its end: closed by either side, by a fault, or left.

#include <algorithm>
#include <utility>

#include <loads/error.h>

#include "engine/websocket/close_code.h"
#include "engine/websocket/socket.h"

namespace loads::websocket {
namespace {

using metrics::SocketError;

constexpr fiber::Duration kClosing = std::chrono::seconds(2);   // how long a server may take for its close frame
constexpr fiber::Duration kDraining = std::chrono::seconds(1);  // and then for the end of the connection

}  // namespace

void Socket::close(std::uint16_t code, std::string_view reason) {
  if (!may_be_sent(code)) throw InvalidRequest("a web socket cannot be closed with the code " + std::to_string(code));
  if (state_ == State::open) send_close(code, reason);
  if (reading_ == nullptr || reading_ != loop_.running()) finish(end_by_);  // in the callback, whoever has called it goes on
}

void Socket::send_close(std::uint16_t code, std::string_view reason) {
  state_ = State::closing;
  if (closed_because_.empty()) closed_because_ = url_ + " is closed";
  end_by_ = fiber::Clock::now() + kClosing;
  loop_.set_deadline(end_by_);
  if (!writer_.is_broken()) static_cast<void>(writer_.send_control(Opcode::close, close_payload(code, reason)));
  loop_.set_deadline(fiber::kNever);
}

// Reads until the server has ended the connection, too.
void Socket::finish(fiber::TimePoint deadline) {
  while (state_ != State::ended) {
    loop_.set_deadline(std::min(deadline, end_by_));
    if (!read_or_wait()) break;
  }
  loop_.set_deadline(fiber::kNever);
  end();
}

void Socket::say_goodbye() noexcept {
  left_ = true;
  try {
    stop_serving();
    const bool cut = loop_.running()->cancelled();
    if (state_ == State::open) send_close(cut ? close_code::going_away : close_code::normal, {});
  } catch (const std::exception&) {  // no memory: it is closed without more ado
  } catch (const fiber::Cancelled&) {
    // Thrown again where the fiber waits next.
  }
}

void Socket::leave() noexcept {
  say_goodbye();
  try {
    if (server_ == nullptr && reading_ == nullptr) finish(end_by_);  // within its callback whoever reads goes on, and ends soon
  } catch (const std::exception&) {
  } catch (const fiber::Cancelled&) {
  }
  if (server_ == nullptr) end();
}

void Socket::handle_close() {
  close_code_ = reader_.close_code();
  close_reason_ = reader_.close_reason();
  closed_because_ = "the server closed " + url_ + ": " + in_words(close_code_);
  if (!close_reason_.empty()) closed_because_ += " (" + close_reason_ + ")";
  if (state_ == State::open) send_close(close_code_, {});
  drain();
}

void Socket::handle_end_of_stream() {
  if (state_ == State::open) {
    close_code_ = close_code::abnormal;
    record(SocketError::lost, lost_in_words());
  }
  end();
}

std::string Socket::lost_in_words() const { return peer_ + " closed the connection of " + url_ + " without a close frame"; }

void Socket::fail(SocketError kind, std::uint16_t code, std::string message) {
  record(kind, std::move(message));
  close_code_ = close_code::abnormal;
  if (state_ == State::open && may_be_sent(code)) send_close(code, {});
  drain();
}

void Socket::record(SocketError kind, std::string message) {
  meter_.error(kind, message);
  closed_because_ = message;
  recorded_ = std::move(message);
}

void Socket::drain() {
  if (state_ == State::ended) return;
  state_ = State::draining;
  end_by_ = fiber::Clock::now() + kDraining;
  meter_.closed();
  wake_waiting();
}

void Socket::end() {
  if (state_ == State::ended) return;
  state_ = State::ended;
  if (close_code_ == 0) close_code_ = close_code::abnormal;
  meter_.closed();
  // Whoever waits in the stream finds its end there; closed under his hands it would say nothing.
  const bool in_use = writer_.is_busy() || (reading_ != nullptr && reading_ != loop_.running());
  if (in_use) {
    stream_->shut_down();
  } else {
    stream_->close();
  }
  wake_waiting();
}

}  // namespace loads::websocket
