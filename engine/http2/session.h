#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "engine/http2/head.h"
#include "engine/http2/stream.h"
#include "engine/message/byte_buffer.h"

struct nghttp2_session;

namespace loads::http2 {

// The client's side of one HTTP/2 connection, by nghttp2: bytes in, bytes out. It reads and writes nothing by itself and suspends nobody;
// http2::Connection does. What a server may make it keep is bounded.
class Session {
 public:
  Session();
  ~Session();
  Session(const Session&) = delete;
  Session& operator=(const Session&) = delete;

  // Begins a request. `body` and `answer` stay valid until the stream is released. Those that the server has no room for wait.
  Stream& submit(const Head& head, const Payload& body, const message::AnswerLimits& limits, message::Answer& answer);
  // The caller's use of it ends; what has not ended is cancelled.
  void release(Stream& stream);

  // Takes what the server has sent, which arrived at `now`.
  void feed(std::string_view bytes, fiber::TimePoint now);
  // Appends what is to be sent, about `most` bytes of it; false when there was nothing.
  bool drain(message::ByteBuffer& out, std::size_t most, fiber::TimePoint now);
  // The connection has ended: no stream that is open will be answered.
  void disconnect();

  // The streams that have ended since the last call.
  const std::vector<Stream*>& take_ended();
  // A stream whose waiter is parked; null: none.
  Stream* find_waiting();
  std::size_t open_streams() const { return open_; }
  std::size_t most_streams() const;  // that the server takes at once; the others wait

  bool is_going_away() const { return going_away_; }       // no stream can be opened any more
  bool is_over() const;                                    // nothing more is read or sent
  bool has_greeted() const { return greeted_; }            // the server has: it speaks HTTP/2
  const std::string& trouble() const { return trouble_; }  // what ended it, in words: "GOAWAY: ENHANCE_YOUR_CALM"

  // Bytes of the connection that belong to no stream, since the last call: less than nothing when it has ended within a frame of one.
  std::int64_t take_own_bytes_sent() { return std::exchange(bytes_sent_, 0); }
  std::int64_t take_own_bytes_received() { return std::exchange(bytes_received_, 0); }

 private:
  struct Callbacks;
  struct Free {
    void operator()(nghttp2_session* session) const;
  };

  Stream* find(std::int32_t id);
  Stream& take_free();
  void give_back(Stream& stream);
  void end(Stream& stream, StreamEnd how);
  void end_all(StreamEnd how);
  void on_goaway(std::uint32_t code, std::string_view debug);
  void on_farewell(std::string_view debug);

  std::unique_ptr<nghttp2_session, Free> session_;
  std::vector<std::unique_ptr<Stream>> streams_;
  std::vector<Stream*> free_;
  std::vector<Stream*> ended_;
  std::vector<Stream*> taken_;
  std::size_t open_ = 0;
  Stream* last_ = nullptr;  // that a frame was for: the next one mostly is for it too
  fiber::TimePoint now_{};
  std::int64_t bytes_sent_ = 0;  // of no stream
  std::int64_t bytes_received_ = 0;
  bool any_received_ = false;
  bool greeted_ = false;
  bool going_away_ = false;
  bool failed_ = false;
  const char* violation_ = nullptr;  // of the protocol, by the server
  std::string trouble_;
};

}  // namespace loads::http2
