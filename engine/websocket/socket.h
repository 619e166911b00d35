#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include <loads/websocket.h>

#include "engine/http/client.h"
#include "engine/websocket/frame_writer.h"
#include "engine/websocket/handshake.h"
#include "engine/websocket/heartbeat.h"
#include "engine/websocket/message_queue.h"
#include "engine/websocket/message_reader.h"
#include "engine/websocket/meter.h"

namespace loads::websocket {

struct SocketOptions {
  std::string url;   // for messages to people
  std::string name;  // of the handshake's request, in the report
  std::size_t max_message = 0;
  fiber::Duration timeout{};
  fiber::Duration ping_interval{};  // 0: no pings
};

// What the handshake has left: a stream, what was agreed, and, as the answer's body, the first bytes of the server.
struct Handshake {
  const message::Answer& answer;
  const http::Upgrade& upgrade;
  const Agreement& agreement;
};

// The client's end of an open web socket. All calls belong to one loop, and suspend the running fiber unless something else is said;
// several fibers may call.
//
// Somebody has to read, so that pings are answered and messages get to the callback. Whoever waits in receive() or close() does, which
// costs no switch of fibers; while nobody does, a fiber of the socket's own (serve()) is made ready when something comes. Only one fiber
// reads at a time, and handles all that it has read before the next one does.
class Socket : public std::enable_shared_from_this<Socket> {
 public:
  Socket(http::ClientContext& context, const Handshake& handshake, SocketOptions options, MessageCallback callback);
  ~Socket();
  Socket(const Socket&) = delete;
  Socket& operator=(const Socket&) = delete;

  // Throw ConnectionError when the socket is closed, and Timeout.
  void send(bool binary, std::string_view data);
  void ping(std::string_view payload);
  Message receive(fiber::Duration timeout);
  Message receive() { return receive(timeout_); }

  void close(std::uint16_t code, std::string_view reason);
  // The end of everything, for whoever lets go of the socket: no callback runs any more, the server is told, nothing is thrown.
  void leave() noexcept;
  // The first part of that, which does not wait for the server: several sockets are left in the time of one.
  void say_goodbye() noexcept;

  // Starts the socket's own fiber, which belongs to `owner`, and ends it. Do not suspend, and do, in this order.
  void start_serving(void* owner);
  void stop_serving();

  bool is_open() const { return state_ == State::open; }
  bool has_left() const { return left_; }
  bool is_over() const { return state_ == State::ended && server_ == nullptr; }  // and nobody serves it
  const std::string& protocol() const { return protocol_; }
  bool is_compressed() const { return compressed_; }
  std::uint16_t close_code() const { return close_code_; }
  const std::string& close_reason() const { return close_reason_; }
  // What has gone wrong and is recorded already, as the exceptions say it; empty: nothing.
  const std::string& recorded() const { return recorded_; }

 private:
  // closing: our close frame is sent, the server's is waited for. draining: nothing more is to be had, the server has to end the
  // connection.
  enum class State : std::uint8_t { open, closing, draining, ended };
  class ReadingTurn;

  // socket.cpp
  void check(const fiber::IoResult& sent);
  void note_unsent(const fiber::IoResult& sent);
  void require_open() const;
  [[noreturn]] void throw_closed() const;

  // socket_reading.cpp
  bool read_or_wait();
  bool read_once();
  void take(std::string_view bytes);
  void handle(MessageReader::Event event);
  void send_pong();
  void deliver(Message message);
  void serve();
  void handle_time();
  fiber::TimePoint next_time() const;
  bool may_read() const;
  void hand_back();
  void wake_waiting();

  // socket_end.cpp
  void send_close(std::uint16_t code, std::string_view reason);
  void finish(fiber::TimePoint deadline);
  void handle_close();
  void handle_end_of_stream();
  std::string lost_in_words() const;
  void fail(metrics::SocketError kind, std::uint16_t code, std::string message);
  void record(metrics::SocketError kind, std::string message);
  void drain();
  void end();

  // In the order in which a message needs them: of a thousand sockets each finds its lines cold.
  http::ClientContext& context_;
  fiber::Loop& loop_;
  std::shared_ptr<Stream> stream_;
  State state_ = State::open;
  bool left_ = false;
  fiber::Fiber* reading_ = nullptr;     // has the turn to read
  fiber::Fiber* server_ = nullptr;      // the socket's own fiber
  std::vector<fiber::Fiber*> waiting_;  // for what the one who reads finds
  const MessageCallback callback_;
  std::string unread_;  // came with the handshake, or with what could not be dealt with yet
  MessageQueue queue_;
  Meter meter_;
  Heartbeat heartbeat_;
  FrameWriter writer_;
  MessageReader reader_;
  const fiber::Duration timeout_;

  const fiber::Duration ping_interval_;
  const std::string url_;
  const std::string peer_;
  const std::string protocol_;
  const bool compressed_;
  fiber::Fiber* stopper_ = nullptr;          // waits for the end of the socket's own fiber
  fiber::TimePoint end_by_ = fiber::kNever;  // of closing and draining
  std::uint16_t close_code_ = 0;
  std::string close_reason_;
  std::string closed_because_;  // in words
  std::string recorded_;
};

}  // namespace loads::websocket
