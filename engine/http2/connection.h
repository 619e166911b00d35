#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

#include "common/metrics/request.h"
#include "engine/http2/head.h"
#include "engine/http2/session.h"
#include "engine/message/answer.h"
#include "engine/message/scratch.h"
#include "engine/net/stream.h"

namespace loads::http2 {

// What is to be exchanged. Only views: what they see outlives the exchange.
struct Request {
  const Head& head;
  Payload body{};
  message::AnswerLimits limits{};
  bool has_company = false;  // others follow at once: they are sent together
};

// How an exchange ended.
struct [[nodiscard]] Outcome {
  metrics::RequestError error = metrics::RequestError::none;
  std::string message;       // for a person, with the peer; empty for a timeout, whose length the caller knows
  bool unprocessed = false;  // the server has not touched the request: it may be sent again, whatever it does
  bool sent = false;         // all of the request was

  fiber::TimePoint sent_at{};
  fiber::TimePoint first_byte{};
  fiber::TimePoint last_byte{};
  std::uint64_t bytes_sent = 0;
  std::uint64_t bytes_received = 0;
};

// HTTP/2 on a stream that is connected: requests of any number of fibers of one thread at once. There is no fiber of its own: whoever has
// something to send sends what the socket takes, and lets the others that are ready add theirs; of those that wait for an answer one reads
// for all, and sends what was left as soon as there is room, so that neither waits for the other. It leaves that to another when it goes.
// A fiber that is alone is never switched for the sake of others. While nobody waits for an answer, what the server says is taken, and
// answered, between the fibers: pings and settings.
class Connection final : private fiber::IdleReader {
 public:
  // `peer` is the address, for messages; the scratch is the thread's. Both stream and scratch outlive this.
  Connection(fiber::Loop& loop, net::Stream& stream, message::Scratch scratch, std::string peer);
  ~Connection() { stream_.set_idle_reader(nullptr); }
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  // Suspends the running fiber until the answer is there, or its deadline has come: then the stream is reset, and the connection stays.
  Outcome exchange(const Request& request, message::Answer& answer);

  // An exchange in two steps, so that one fiber can begin several: it is sent by the next wait() or flush(). Ends with this at the latest.
  class Pending {
   public:
    Pending(Connection& connection, const Request& request, message::Answer& answer);
    ~Pending();
    Pending(const Pending&) = delete;
    Pending& operator=(const Pending&) = delete;

    Outcome wait();  // as exchange(); once

   private:
    friend class Connection;

    Connection& connection_;
    Stream* stream_;
  };

  // Sends of what is due as much as the socket takes at once.
  void flush();

  // Whether another request can be sent, as far as is known once all is read that has come.
  bool is_usable();
  // Whether the server takes one more request at once.
  bool has_room() const { return session_.open_streams() < session_.most_streams(); }

 private:
  class Lead;
  class Gathering;

  bool lead(const Stream& own);
  fiber::IoResult receive();
  void take_what_has_come();
  void on_readable() override;
  bool follow(Stream& own);
  void flush_together(const Request& request);
  void on_disconnect(const fiber::IoResult& how);
  void on_sending_failed();
  bool was_sent(const Stream& stream) const;
  void wake_ended();
  void wake_another();
  Outcome outcome_of(const Stream& stream);
  std::string disconnected(const Stream& stream, metrics::RequestError& error) const;

  fiber::Loop& loop_;
  net::Stream& stream_;
  message::Scratch scratch_;
  std::string peer_;
  Session session_;
  message::ByteBuffer out_;       // what the socket has not taken: whole frames, but for the beginning of the first
  fiber::TimePoint filled_at_{};  // when that was put there
  bool led_ = false;              // a fiber reads
  bool gathering_ = false;        // a fiber is about to write
  bool wants_room_ = false;       // there is more to send as soon as the socket takes it
  bool is_stuck_ = false;         // somebody has waited in vain for that
  bool cannot_send_ = false;
  int error_ = 0;  // errno that the connection ended by; 0: the server closed it
};

}  // namespace loads::http2
