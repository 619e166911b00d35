#include "runner/python/python_worker.h"

#include <algorithm>
#include <type_traits>
#include <utility>
#include <variant>

#include "common/failure.h"
#include "proto/codec.h"

namespace loads::runner {

void PythonWorker::send(const proto::ToWorker& message) {
  if (!stream_.send(proto::encode(message))) throw Failure(exit_code::internal, "a message to a worker is too large", "internal");
}

void PythonWorker::read(const std::function<void(const proto::Batch&)>& take_batch) {
  stream_.receive();
  while (const auto frame = stream_.next()) {
    silence_ = {};
    const auto decoded = proto::decode<proto::FromWorker>(*frame);
    if (!decoded) return bury("what it says makes no sense: " + decoded.error);
    const auto* const batch = std::get_if<proto::Batch>(&decoded.message);
    if (batch != nullptr && !makes_sense(*batch)) return bury("what it says makes no sense: it tells of a step that the plan has not");
    std::visit(
        [&](const auto& message) {
          using Message = std::decay_t<decltype(message)>;
          if constexpr (std::is_same_v<Message, proto::Prepared>) prepared_ = message;
          if constexpr (std::is_same_v<Message, proto::LeaseProgress>) users_ = message.users;
          if constexpr (std::is_same_v<Message, proto::Batch>) {
            take(message);
            take_batch(message);
          }
        },
        decoded.message);
  }
}

bool PythonWorker::makes_sense(const proto::Batch& batch) const {
  return std::all_of(batch.slices.begin(), batch.slices.end(), [&](const auto& slice) { return slice.step < steps_; }) &&
         std::all_of(batch.steps.begin(), batch.steps.end(), [&](const auto& step) { return step.first < steps_; });
}

void PythonWorker::take(const proto::Batch& batch) {
  received_ = batch.tally;
  users_ = batch.users;
  for (const auto& [step, duration] : batch.steps) steps_ended_ = std::max(steps_ended_, step + 1);
  if (batch.result) result_ = batch.result;
}

void PythonWorker::bury(std::string what) {
  process_.kill();
  dead_ = true;
  epitaph_ = std::move(what);
}

}  // namespace loads::runner
