#include "engine/http2/connection.h"

#include <cerrno>

#include "engine/http2/error_words.h"

namespace loads::http2 {
namespace {

using fiber::IoResult;
using metrics::RequestError;

constexpr std::size_t kMostAtOnce = 64 * 1024;    // bytes that are gathered for one send
constexpr std::size_t kLargestKept = 128 * 1024;  // bytes of memory for them that an idle connection holds on to
constexpr unsigned kMostInARow = 4;               // sends, before others have their turn

// `own` is less than nothing when the connection has ended within a frame.
std::uint64_t sum(std::uint64_t bytes, std::int64_t own) {
  return own < 0 && bytes < static_cast<std::uint64_t>(-own) ? 0 : bytes + static_cast<std::uint64_t>(own);
}

}  // namespace

// The time in which a fiber reads for all.
class Connection::Lead {
 public:
  explicit Lead(Connection& connection) : connection_(connection) { connection_.led_ = true; }
  ~Lead() {
    connection_.led_ = false;
    connection_.wake_another();
  }
  Lead(const Lead&) = delete;
  Lead& operator=(const Lead&) = delete;

 private:
  Connection& connection_;
};

// The time in which a fiber lets others add their frames to what it will send.
class Connection::Gathering {
 public:
  explicit Gathering(Connection& connection) : connection_(connection) { connection_.gathering_ = true; }
  ~Gathering() {
    connection_.gathering_ = false;
    if (!done_) connection_.wake_another();  // to send in our place
  }
  Gathering(const Gathering&) = delete;
  Gathering& operator=(const Gathering&) = delete;

  void done() { done_ = true; }

 private:
  Connection& connection_;
  bool done_ = false;
};

Connection::Connection(fiber::Loop& loop, net::Stream& stream, message::Scratch scratch, std::string peer)
    : loop_(loop), stream_(stream), scratch_(scratch), peer_(std::move(peer)) {
  stream_.set_idle_reader(this);
}

Outcome Connection::exchange(const Request& request, message::Answer& answer) {
  Pending pending(*this, request, answer);
  flush_together(request);
  if (was_sent(*pending.stream_)) pending.stream_->sent = fiber::Clock::now();
  return pending.wait();
}

Connection::Pending::Pending(Connection& connection, const Request& request, message::Answer& answer)
    : connection_(connection), stream_(&connection.session_.submit(request.head, request.body, request.limits, answer)) {}

Connection::Pending::~Pending() {
  if (stream_ == nullptr) return;
  connection_.session_.release(*stream_);
  if (!connection_.led_) connection_.wake_another();
}

Outcome Connection::Pending::wait() {
  Stream& stream = *stream_;
  Connection& connection = connection_;
  if (!stream.ended() && !connection.gathering_) connection.flush();
  while (!stream.ended() && (connection.led_ ? connection.follow(stream) : connection.lead(stream))) {
  }
  Outcome outcome = connection.outcome_of(stream);
  stream_ = nullptr;
  connection.session_.release(stream);
  if (outcome.error != RequestError::none) connection.flush();  // the server hears that the stream is given up
  return outcome;
}

// Reads for all until the stream has ended, and sends what is due; false when the deadline came first.
bool Connection::lead(const Stream& own) {
  const Lead lead(*this);
  while (!own.ended()) {
    const IoResult got = receive();
    if (got.end == IoResult::End::timed_out) return false;
    if (got.ok()) {
      session_.feed({scratch_.data(), got.bytes}, fiber::Clock::now());
      flush();
      if (session_.is_over()) session_.disconnect();
    } else {
      on_disconnect(got);
    }
    wake_ended();
  }
  return true;
}

// Suspends until there is something to read, and sends meanwhile.
IoResult Connection::receive() {
  while (true) {
    // A server that sends as fast as we read would keep the deadline and the other fibers waiting.
    if (stream_.has_more() && !stream_.take_turns()) return {IoResult::End::timed_out, 0, 0};
    const IoResult got = stream_.try_receive(scratch_);
    if (got.end != IoResult::End::timed_out) return got;
    if (!stream_.wait_for_either(wants_room_)) return got;
    if (wants_room_) flush();
  }
}

// Waits while another fiber reads.
bool Connection::follow(Stream& own) {
  own.waiter = loop_.running();
  const bool in_time = loop_.park();
  own.waiter = nullptr;
  if (!own.ended() && !gathering_) flush();
  if (!in_time && !led_) wake_another();  // the reading may have been left to this one
  return in_time;
}

// Where there is company, one send serves all that become ready in this turn of the loop.
void Connection::flush_together(const Request& request) {
  if (gathering_) return;
  if (request.has_company || session_.open_streams() > 1) {
    Gathering gathering(*this);
    loop_.yield();
    gathering.done();
  }
  flush();
}

void Connection::flush() {
  wants_room_ = false;
  for (unsigned sends = 0; !cannot_send_; ++sends) {
    if (out_.size() == 0) {
      filled_at_ = fiber::Clock::now();
      if (!session_.drain(out_, kMostAtOnce, filled_at_)) break;
    }
    wants_room_ = sends == kMostInARow;
    if (wants_room_) return;
    const IoResult sent = stream_.try_send(out_.view());
    if (sent.end == IoResult::End::timed_out) {
      wants_room_ = !stream_.has_room();  // else TLS has to read first
      return;
    }
    if (!sent.ok()) return on_sending_failed();
    out_.drop_front(sent.bytes);
  }
  is_stuck_ = false;
  if (out_.capacity() > kLargestKept) out_.release();
}

// What the server may still have said before it closed is read all the same, so that this ends nothing by itself.
void Connection::on_sending_failed() {
  cannot_send_ = true;
  out_.release();
}

void Connection::on_disconnect(const IoResult& how) {
  on_sending_failed();
  if (how.end == IoResult::End::failed && how.error != ECONNRESET && how.error != EPIPE) error_ = how.error;
  session_.disconnect();
}

// Whether all of the request was, as far as it is known.
bool Connection::was_sent(const Stream& stream) const {
  return stream.sent != fiber::TimePoint{} && (out_.size() == 0 || stream.sent < filled_at_);
}

void Connection::wake_another() {
  if (Stream* other = session_.find_waiting()) loop_.wake(*other->waiter);
}

void Connection::wake_ended() {
  for (const Stream* stream : session_.take_ended()) {
    if (stream->waiter != nullptr) loop_.wake(*stream->waiter);
  }
}

void Connection::take_what_has_come() {
  while (!session_.is_over() && stream_.has_more()) {
    const IoResult got = stream_.try_receive(scratch_);
    if (got.end == IoResult::End::timed_out) break;
    if (got.ok()) {
      session_.feed({scratch_.data(), got.bytes}, fiber::Clock::now());
    } else {
      on_disconnect(got);
    }
    wake_ended();
  }
}

// The scratch is nobody's between two fibers. One that leads reads, though it may not be waiting now.
void Connection::on_readable() {
  if (led_) return;
  take_what_has_come();
  flush();
}

bool Connection::is_usable() {
  if (!led_) take_what_has_come();
  return !cannot_send_ && !is_stuck_ && !session_.is_going_away() && !session_.is_over() && !stream_.is_hung_up();
}

Outcome Connection::outcome_of(const Stream& stream) {
  Outcome outcome;
  outcome.sent = was_sent(stream);
  outcome.sent_at = stream.sent;
  outcome.first_byte = stream.first_byte;
  outcome.last_byte = stream.last_byte;
  outcome.bytes_sent = sum(stream.bytes_sent, session_.take_own_bytes_sent());
  outcome.bytes_received = sum(stream.bytes_received, session_.take_own_bytes_received());
  switch (stream.end) {
    case StreamEnd::complete: break;
    case StreamEnd::open:
      outcome.error = RequestError::timeout;
      is_stuck_ = out_.size() > 0;
      break;
    case StreamEnd::unprocessed:
      outcome.error = session_.is_going_away() ? RequestError::going_away : RequestError::stream_reset;
      outcome.message = peer_ + " did not take the request: " + (session_.is_going_away() ? session_.trouble() : error_words(stream.code));
      outcome.unprocessed = true;
      break;
    case StreamEnd::reset:
      outcome.error = RequestError::stream_reset;
      outcome.message = peer_ + " reset the stream: " + error_words(stream.code);
      break;
    case StreamEnd::malformed:
      outcome.error = RequestError::bad_answer;
      outcome.message = "the answer of " + peer_ + " cannot be read: " + stream.reason;
      break;
    case StreamEnd::unsendable:
      outcome.error = RequestError::invalid_url;
      outcome.message = stream.reason;
      break;
    case StreamEnd::disconnected: outcome.message = disconnected(stream, outcome.error); break;
  }
  return outcome;
}

std::string Connection::disconnected(const Stream& stream, RequestError& error) const {
  error = session_.is_going_away() ? RequestError::going_away : RequestError::closed;
  if (session_.is_going_away()) return peer_ + " went away before its answer was complete: " + session_.trouble();
  if (error_ != 0) return "receive: " + stream_.why(error_) + " " + peer_;
  if (stream.bytes_received > 0) return peer_ + " closed the connection in the middle of its answer";
  return peer_ + " closed the connection without an answer" + (session_.has_greeted() ? "" : ": does it speak HTTP/2?");
}

}  // namespace loads::http2
