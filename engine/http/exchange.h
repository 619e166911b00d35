#pragma once

#include <string>
#include <string_view>

#include "common/metrics/recorder.h"
#include "engine/fiber/clock.h"
#include "engine/http/answer.h"
#include "engine/http/receiver.h"
#include "engine/http/request.h"
#include "engine/http/target.h"

namespace loads::http {

// One request on its way, as its client knows it.
struct Exchange {
  explicit Exchange(const Request& request_in) : request(request_in) {}

  const Request& request;
  const Target* target = nullptr;
  TargetPointer found;  // keeps it, when the request has brought none
  std::string_view text;  // of the request, as HTTP/1.1 has it
  std::string own_text;   // where it is kept when it is not the target's plain one
  metrics::Recorder::NameId name = 0;
  fiber::TimePoint started;
  fiber::Duration timeout{};
  AnswerHandle answer;
  metrics::RequestRecord record;
  bool in_flight = false;  // begun to be sent, and not settled in the tally

  bool is_plain() const { return text.data() == target->plain_request.data(); }
  metrics::Nanoseconds& phase(metrics::Phase phase) { return record.phases[static_cast<std::size_t>(phase)]; }
  AnswerLimits limits() const;
};

// Methods that may be sent again when the server closed a kept connection without answering (RFC 9110, 9.2.2).
bool is_idempotent(std::string_view method);

}  // namespace loads::http
