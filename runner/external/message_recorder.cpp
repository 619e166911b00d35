#include "runner/external/message_recorder.h"

#include <chrono>
#include <utility>

#include "engine/user/one_line.h"

namespace loads::runner {

using Kind = ExternalMessage::Kind;
using metrics::Outcome;

void MessageRecorder::begin_step(std::uint32_t step, std::uint32_t users) {
  users_ = users;
  recorder_.slice().step = step;
  spoken_.clear();
  complained_.clear();
}

void MessageRecorder::add(const ExternalMessage& message) {
  if (message.kind == Kind::unknown) {
    if (unknown_++ == 0) first_unknown_ = message.text;
    return;
  }
  if (message.user <= users_) spoken_.insert(message.user);
  count(message);
}

void MessageRecorder::count(const ExternalMessage& message) {
  metrics::Slice& slice = recorder_.slice();
  switch (message.kind) {
    case Kind::unknown:
    case Kind::silent: break;
    case Kind::success: recorder_.end_run(Outcome::success); break;
    case Kind::failure:
    case Kind::error: {
      const bool failed = message.kind == Kind::failure;
      if (message.user <= users_) complained_.insert(message.user);
      add_problem(failed ? metrics::ProblemKind::failure : metrics::ProblemKind::error, message.text);
      recorder_.end_run(failed ? Outcome::failure : Outcome::error);
      break;
    }
    case Kind::hit: add_hit(message); break;
    case Kind::socket_open: ++slice.sockets.opened; break;
    case Kind::socket_close: ++slice.sockets.closed; break;
    case Kind::socket_message:
      ++slice.sockets.messages_received;
      slice.sockets.bytes_received += static_cast<std::uint64_t>(message.number);
      break;
    case Kind::counter: metrics::entry(slice.counters, message.text) += message.number; break;
  }
}

void MessageRecorder::add_hit(const ExternalMessage& message) {
  metrics::RequestRecord record;
  record.status = message.status;
  record.error = message.status == 0 ? metrics::RequestError::closed : metrics::RequestError::none;
  record.total = message.elapsed;
  recorder_.begin_send();
  recorder_.request(recorder_.request_name(message.text), record);
  recorder_.settle();
}

void MessageRecorder::add_error(const std::string& text) {
  add_problem(metrics::ProblemKind::error, text);
  recorder_.end_run(Outcome::error);
}

void MessageRecorder::add_problem(metrics::ProblemKind kind, const std::string& text) {
  metrics::Problem problem;
  problem.kind = kind;
  problem.blame = metrics::ErrorClass::test;
  problem.message = user::one_line(text);
  problem.count = 1;
  problem.first = problem.last = std::chrono::system_clock::now();
  recorder_.slice().problems.add(std::move(problem));
}

}  // namespace loads::runner
