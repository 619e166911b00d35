// Who reads a socket, and what becomes of what is read.

#include <utility>

#include "common/duration.h"
#include "engine/websocket/close_code.h"
#include "engine/websocket/socket.h"

namespace loads::websocket {
namespace {

using metrics::SocketError;

SocketError kind_of(std::uint16_t violation) {
  return violation == close_code::too_large ? SocketError::too_large : SocketError::violation;
}

}  // namespace

// The time in which one fiber reads.
class Socket::ReadingTurn {
 public:
  explicit ReadingTurn(Socket& socket) : socket_(socket) {
    socket.reading_ = socket.loop_.running();
    socket.reading_->subject = &socket;
    socket.stream_->set_reader(nullptr);  // the socket's own fiber has no business with it now, and may end meanwhile
  }
  ~ReadingTurn() {
    socket_.reading_->subject = nullptr;
    socket_.hand_back();
  }
  ReadingTurn(const ReadingTurn&) = delete;
  ReadingTurn& operator=(const ReadingTurn&) = delete;

 private:
  Socket& socket_;
};

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
    case Event::pong: heartbeat_.pong(); return;
    case Event::close: return handle_close();
    case Event::violation: {
      const Violation& violation = reader_.violation();
      return fail(kind_of(violation.code), violation.code, url_ + ": " + violation.words);
    }
    case Event::none: return;
  }
}

void Socket::send_pong() {
  loop_.set_deadline(fiber::Clock::now() + timeout_);
  const fiber::IoResult sent = writer_.send_control(Opcode::pong, reader_.control());
  loop_.set_deadline(fiber::kNever);
  if (!sent.ok() && state_ == State::open) note_unsent(sent);
}

void Socket::deliver(Message message) {
  meter_.received(message.data.size());
  if (callback_) {
    if (!left_) callback_(message);
    queue_.make_room(message.data.size());
  }
  queue_.push(std::move(message));
  wake_waiting();
}

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
    const bool in_time = loop_.park();
    // What has come by then is read first: it may be the pong, and this thread may have been late. Asked of the socket itself, as above.
    const bool has_come = reading_ == nullptr && may_read() && stream_->socket().has_more();
    if (!in_time && !has_come) handle_time();
  }
}

void Socket::handle_time() {
  const fiber::TimePoint now = fiber::Clock::now();
  if (state_ != State::open) {
    if (now >= end_by_) end();
    return;
  }
  const Heartbeat::Due due = heartbeat_.beat(now, !may_read());
  if (due == Heartbeat::Due::ping) {
    loop_.set_deadline(heartbeat_.next());
    static_cast<void>(writer_.send_control(Opcode::ping, {}));
  } else if (due == Heartbeat::Due::end) {
    fail(SocketError::no_pong, close_code::abnormal, url_ + " has not answered a ping within " + format_duration(ping_interval_));
    end();
  }
}

fiber::TimePoint Socket::next_time() const { return state_ == State::open ? heartbeat_.next() : end_by_; }

// Without a callback nothing is dropped: what the test does not receive stays with the server.
bool Socket::may_read() const { return state_ != State::open || callback_ || !queue_.is_full(); }

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

}  // namespace loads::websocket
