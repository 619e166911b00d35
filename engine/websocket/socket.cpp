#include "engine/websocket/socket.h"

#include <algorithm>
#include <stdexcept>
#include <utility>

#include <loads/error.h>

#include "common/duration.h"
#include "engine/websocket/close_code.h"

namespace loads::websocket {
namespace {

using metrics::SocketError;

constexpr fiber::Duration kClosing = std::chrono::seconds(2);   // how long a server may take for its close frame
constexpr fiber::Duration kDraining = std::chrono::seconds(1);  // and then for the end of the connection

SocketError kind_of(std::uint16_t violation) {
  return violation == close_code::too_large ? SocketError::too_large : SocketError::violation;
}

}  // namespace

// The time in which one fiber reads.
class Socket::ReadingTurn {
 public:
  explicit ReadingTurn(Socket& socket) : socket_(socket) {
    socket.reading_ = socket.loop_.running();
    socket.stream_->set_reader(nullptr);  // the socket's own fiber has no business with it now, and may end meanwhile
  }
  ~ReadingTurn() { socket_.hand_back(); }
  ReadingTurn(const ReadingTurn&) = delete;
  ReadingTurn& operator=(const ReadingTurn&) = delete;

 private:
  Socket& socket_;
};

Socket::Socket(http::ClientContext& context, const Handshake& handshake, SocketOptions options, MessageCallback callback)
    : context_(context),
      loop_(context.loop),
      options_(std::move(options)),
      peer_(handshake.upgrade.peer),
      protocol_(handshake.agreement.protocol),
      compressed_(handshake.agreement.terms.has_value()),
      callback_(std::move(callback)),
      stream_(handshake.upgrade.stream),
      writer_(loop_, *stream_, handshake.agreement.terms),
      reader_(options_.max_message, handshake.agreement.terms),
      unread_(handshake.answer.body.view()) {
  ++stats().opened;
  if (options_.ping_interval > fiber::Duration{}) next_ping_ = fiber::Clock::now() + options_.ping_interval;
}

Socket::~Socket() = default;

void Socket::send(bool binary, std::string_view data) {
  require_open();
  const fiber::TimePoint now = fiber::Clock::now();
  if (!asked_at_) asked_at_ = now;
  loop_.set_deadline(now + options_.timeout);
  const fiber::IoResult sent = writer_.send_message(binary, data);
  loop_.set_deadline(fiber::kNever);
  check(sent);
  ++stats().messages_sent;
  stats().bytes_sent += data.size();
}

void Socket::ping(std::string_view payload) {
  require_open();
  if (payload.size() > kMostOfControl) throw InvalidRequest("a ping carries at most 125 bytes");
  loop_.set_deadline(fiber::Clock::now() + options_.timeout);
  const fiber::IoResult sent = writer_.send_control(Opcode::ping, payload);
  loop_.set_deadline(fiber::kNever);
  check(sent);
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
         "what was sent to " + options_.url + " was not taken within " + format_duration(options_.timeout) +
             (may_read() ? "" : ": the messages that have come are not received, call receive()"));
  } else {
    fail(SocketError::lost, close_code::abnormal, lost_in_words());
  }
  end();
}

void Socket::send_pong() {
  loop_.set_deadline(fiber::Clock::now() + options_.timeout);
  const fiber::IoResult sent = writer_.send_control(Opcode::pong, reader_.control());
  loop_.set_deadline(fiber::kNever);
  if (!sent.ok() && state_ == State::open) note_unsent(sent);
}

std::string Socket::lost_in_words() const { return peer_ + " closed the connection of " + options_.url + " without a close frame"; }

Message Socket::receive(fiber::Duration timeout) {
  if (reading_ != nullptr && reading_ == loop_.running()) throw std::logic_error("receive() cannot wait in the callback of its own socket");
  const fiber::TimePoint deadline = fiber::Clock::now() + timeout;
  while (queue_.empty()) {
    if (state_ == State::draining || state_ == State::ended) throw_closed();
    loop_.set_deadline(deadline);
    const bool in_time = read_or_wait();
    loop_.set_deadline(fiber::kNever);
    if (in_time || !queue_.empty()) continue;
    ++stats().errors[static_cast<std::size_t>(SocketError::timeout)];
    throw Timeout("no message within " + format_duration(timeout) + " from " + options_.url);
  }
  if (const std::uint64_t dropped = queue_.take_dropped(); dropped > 0) {
    throw std::length_error(std::to_string(dropped) + " messages of " + options_.url +
                            " were dropped before they were received: call receive() more often, or leave them to the callback");
  }
  const bool was_full = queue_.is_full();
  Message message = queue_.pop();
  if (was_full && server_ != nullptr) loop_.wake(*server_);
  return message;
}

// One step of waiting for whatever comes; false when the running fiber's deadline came first.
bool Socket::read_or_wait() {
  if (reading_ == nullptr) {
    const ReadingTurn turn(*this);
    return read_once();
  }
  fiber::Fiber* const self = loop_.running();
  waiting_.push_back(self);
  const std::shared_ptr<void> forget(nullptr, [&](void*) { std::erase(waiting_, self); });
  return loop_.park();
}

bool Socket::read_once() {
  if (!unread_.empty()) {
    take(std::exchange(unread_, {}));
    return true;
  }
  const message::Scratch scratch = context_.scratch();
  const fiber::IoResult got = stream_->receive(scratch);
  if (got.end == fiber::IoResult::End::timed_out) return false;
  loop_.set_deadline(fiber::kNever);  // what it was set for has come; a callback may wait as it likes
  if (!got.ok()) {
    handle_end_of_stream();
  } else if (state_ != State::draining) {
    take({scratch.data(), got.bytes});
  }
  return true;
}

void Socket::take(std::string_view bytes) {
  std::string held;
  while (state_ == State::open || state_ == State::closing) {
    if (state_ == State::open && !callback_ && queue_.is_overfull() && !bytes.empty()) {
      unread_ = bytes;
      return;
    }
    const MessageReader::Event event = reader_.next(bytes);
    if (event == MessageReader::Event::none) return;
    // What is done about it may suspend, and then the thread's scratch is somebody else's.
    if (!bytes.empty() && held.empty()) {
      held = bytes;
      bytes = held;
    }
    try {
      handle(event);
    } catch (...) {  // a callback was cut off: what follows is still to be read, if only up to the server's close frame
      unread_ = bytes;
      throw;
    }
  }
}

void Socket::handle(MessageReader::Event event) {
  using Event = MessageReader::Event;
  switch (event) {
    case Event::message: return deliver({std::move(reader_.message()), reader_.is_binary()});
    case Event::ping:
      if (state_ == State::open) send_pong();
      return;
    case Event::pong: awaits_pong_ = false; return;
    case Event::close: return handle_close();
    case Event::violation: {
      const Violation& violation = reader_.violation();
      return fail(kind_of(violation.code), violation.code, options_.url + ": " + violation.words);
    }
    case Event::none: return;
  }
}

void Socket::deliver(Message message) {
  metrics::SocketStats& now = stats();
  ++now.messages_received;
  now.bytes_received += message.data.size();
  if (asked_at_) {
    const auto time = fiber::Clock::now() - *std::exchange(asked_at_, std::nullopt);
    now.round_trips.record(static_cast<std::uint64_t>(std::max<std::int64_t>(time / std::chrono::microseconds(1), 0)));
  }
  if (callback_) {
    if (!left_) callback_(message);
    queue_.make_room(message.data.size());
  }
  queue_.push(std::move(message));
  wake_waiting();
}

void Socket::handle_close() {
  close_code_ = reader_.close_code();
  close_reason_ = reader_.close_reason();
  closed_because_ = "the server closed " + options_.url + ": " + in_words(close_code_);
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

void Socket::handle_time() {
  const fiber::TimePoint now = fiber::Clock::now();
  if (state_ != State::open) {
    if (now >= end_by_) end();
    return;
  }
  if (now < next_ping_) return;
  if (awaits_pong_ && !may_read()) {  // it may have come
    next_ping_ = now + options_.ping_interval;
    return;
  }
  if (awaits_pong_) {
    fail(SocketError::no_pong, close_code::abnormal,
         options_.url + " has not answered a ping within " + format_duration(options_.ping_interval));
    return end();
  }
  awaits_pong_ = true;
  next_ping_ = now + options_.ping_interval;
  loop_.set_deadline(next_ping_);
  static_cast<void>(writer_.send_control(Opcode::ping, {}));
}

fiber::TimePoint Socket::next_time() const { return state_ == State::open ? next_ping_ : end_by_; }

// Without a callback nothing is dropped: what the test does not receive stays with the server.
bool Socket::may_read() const { return state_ != State::open || callback_ || !queue_.is_full(); }

void Socket::start_serving(void* owner) {
  // Told by the end of the fiber's function, which comes even to one that is cancelled before its first turn.
  std::shared_ptr<void> gone(nullptr, [this](void*) {
    server_ = nullptr;
    if (reading_ == nullptr) stream_->set_reader(nullptr);
    if (stopper_ != nullptr) loop_.wake(*stopper_);
  });
  server_ = &loop_.spawn([self = shared_from_this(), gone = std::move(gone)] { self->serve(); });
  server_->owner = owner;
}

void Socket::stop_serving() {
  if (server_ == nullptr || server_ == loop_.running()) return;
  server_->cancel();
  stopper_ = loop_.running();
  while (server_ != nullptr) loop_.park_regardless();
  stopper_ = nullptr;
}

void Socket::serve() {
  while (state_ != State::ended) {
    const bool my_turn = reading_ == nullptr && may_read();
    if (my_turn && (stream_->has_more() || !unread_.empty())) {
      const ReadingTurn turn(*this);
      loop_.set_deadline(loop_.now());  // what is there, without waiting for more
      // Asked of the socket itself: TLS may hold a part of a record, which is more, but nothing that can be read.
      if (read_once() || stream_->socket().has_more()) continue;
    }
    if (my_turn) stream_->set_reader(server_);
    loop_.set_deadline(next_time());
    if (!loop_.park()) handle_time();
  }
}

void Socket::hand_back() {
  reading_ = nullptr;
  wake_waiting();
  if (state_ == State::ended && !writer_.is_busy()) stream_->close();
  if (server_ == nullptr || server_ == loop_.running() || !may_read()) return;
  stream_->set_reader(server_);
  if (stream_->has_more() || !unread_.empty() || state_ != State::open) loop_.wake(*server_);
}

void Socket::wake_waiting() {
  for (fiber::Fiber* fiber : waiting_) loop_.wake(*fiber);
}

void Socket::close(std::uint16_t code, std::string_view reason) {
  if (!may_be_sent(code)) throw InvalidRequest("a web socket cannot be closed with the code " + std::to_string(code));
  if (state_ == State::open) send_close(code, reason);
  if (reading_ == nullptr || reading_ != loop_.running()) finish(end_by_);  // in the callback, whoever has called it goes on
}

void Socket::send_close(std::uint16_t code, std::string_view reason) {
  state_ = State::closing;
  if (closed_because_.empty()) closed_because_ = options_.url + " is closed";
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

void Socket::fail(SocketError kind, std::uint16_t code, std::string message) {
  record(kind, std::move(message));
  close_code_ = close_code::abnormal;
  if (state_ == State::open && may_be_sent(code)) send_close(code, {});
  drain();
}

void Socket::record(SocketError kind, std::string message) {
  ++stats().errors[static_cast<std::size_t>(kind)];
  metrics::Problem problem;
  problem.kind = metrics::ProblemKind::error;
  problem.blame = metrics::ErrorClass::target;
  problem.message = message;
  problem.request = options_.name;
  problem.count = 1;
  problem.first = problem.last = std::chrono::system_clock::now();
  context_.recorder.slice().problems.add(std::move(problem));
  closed_because_ = message;
  recorded_ = std::move(message);
}

void Socket::drain() {
  if (state_ == State::ended) return;
  state_ = State::draining;
  end_by_ = fiber::Clock::now() + kDraining;
  count_closed();
  wake_waiting();
}

void Socket::end() {
  if (state_ == State::ended) return;
  state_ = State::ended;
  if (close_code_ == 0) close_code_ = close_code::abnormal;
  count_closed();
  // Whoever waits in the stream finds its end there; closed under his hands it would say nothing.
  const bool in_use = writer_.is_busy() || (reading_ != nullptr && reading_ != loop_.running());
  if (in_use) {
    stream_->shut_down();
  } else {
    stream_->close();
  }
  wake_waiting();
}

void Socket::count_closed() {
  if (!std::exchange(counted_closed_, true)) ++stats().closed;
}

void Socket::require_open() const {
  if (state_ != State::open) throw_closed();
}

void Socket::throw_closed() const { throw ConnectionError(closed_because_.empty() ? options_.url + " is closed" : closed_because_); }

}  // namespace loads::websocket
