#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "common/metrics/exemplar.h"
#include "common/metrics/recorder.h"
#include "engine/fiber/clock.h"
#include "engine/http/connection.h"
#include "engine/http/receiver.h"
#include "engine/http/request.h"
#include "engine/http/target.h"
#include "engine/message/answer.h"
#include "engine/net/trouble.h"

namespace loads::http {

using message::Answer;
using message::AnswerHandle;

constexpr fiber::Duration kLongestTimeout = std::chrono::hours(24 * 365);

// What is written down of a request when its fate is known.
struct Accounts {
  metrics::Recorder::NameId name = 0;
  fiber::TimePoint started;
  fiber::Duration timeout{};
  metrics::RequestRecord record;
  bool in_flight = false;  // begun to be sent, and not settled in the tally

  metrics::Nanoseconds& phase(metrics::Phase phase) { return record.phases[static_cast<std::size_t>(phase)]; }
};

// One request on its way, as its client knows it.
struct Exchange : Accounts {
  explicit Exchange(const Request& request_in) : request(request_in) {}

  const Request& request;
  const Target* target = nullptr;
  TargetPointer found;    // keeps it, when the request has brought none
  std::string_view text;  // of the request, as HTTP/1.1 has it
  std::string own_text;   // where it is kept when it is not the target's plain one
  AnswerHandle answer;
  bool connected = false;
  std::unique_ptr<metrics::Exemplar> exemplar;  // what is to be kept of it; null: nothing so far

  bool streams() const { return request.options != nullptr && request.options->stream; }
  bool is_plain() const { return text.data() == target->plain_request.data(); }
  AnswerLimits limits() const {
    AnswerLimits limits;
    limits.has_body = request.method != "HEAD";
    if (request.options != nullptr) limits.keep_body = request.options->max_body;
    return limits;
  }
};

// Where the exchange that has failed was to go.
void note_address(Exchange& exchange, const Connection& connection);

// Methods that may be sent again when the server closed a kept connection without answering (RFC 9110, 9.2.2).
bool is_idempotent(std::string_view method);

// Why an answer has not come whole, for a person; none when it has. `timeout` is what the request was given.
net::Trouble trouble_of(const Received& received, const Connection& connection, fiber::Duration timeout);
net::Trouble cut_off();

// The exception that a test gets to see.
[[noreturn]] void throw_request_failed(const net::Trouble& trouble);

}  // namespace loads::http
