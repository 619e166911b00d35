#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>

#include "common/metrics/tally.h"
#include "proto/agent_messages.h"
#include "proto/frame_stream.h"
#include "runner/process/process.h"

namespace loads::runner {

// One of the processes that do a share together, `python3 -m loads.worker`, and what it has said so far. It speaks as the worker of an
// agent does (proto/PROTOCOL.md). Belongs to one thread at a time.
class PythonWorker {
 public:
  // `steps`: of the plan; what it says of others makes no sense.
  PythonWorker(Process process, Descriptor socket, std::size_t steps)
      : process_(std::move(process)), stream_(std::move(socket)), steps_(steps) {}

  void send(const proto::ToWorker& message);
  void flush() { stream_.flush(); }
  int descriptor() const { return stream_.ended() ? -1 : stream_.descriptor(); }
  bool wants_to_write() const { return stream_.unsent() > 0; }

  // Reads what has come; batches are given to `take`.
  void read(const std::function<void(const proto::Batch&)>& take);

  const std::optional<proto::Prepared>& prepared() const { return prepared_; }
  const std::optional<proto::ShareResult>& result() const { return result_; }  // its last word
  bool silent() const { return stream_.ended(); }                              // nothing more will come
  std::uint32_t users() const { return is_over() ? 0 : users_; }
  std::uint32_t steps_ended() const { return steps_ended_; }
  std::chrono::nanoseconds silence() const { return silence_; }  // since it was last heard of
  void note_silence(std::chrono::nanoseconds more) { silence_ += more; }
  const metrics::Tally& received() const { return received_; }  // of its batches

  bool is_over() const { return result_.has_value() || dead_; }
  void bury(std::string what);  // it has gone without a last word
  const std::string& epitaph() const { return epitaph_; }

  // Has it end by itself, now that it has said all.
  void dismiss() { stream_.end_sending(); }
  Process& process() { return process_; }

 private:
  void take(const proto::Batch& batch);
  bool makes_sense(const proto::Batch& batch) const;

  Process process_;
  proto::FrameStream stream_;
  std::size_t steps_;
  std::optional<proto::Prepared> prepared_;
  std::optional<proto::ShareResult> result_;
  metrics::Tally received_;
  std::uint32_t users_ = 0;
  std::uint32_t steps_ended_ = 0;
  std::chrono::nanoseconds silence_{};
  bool dead_ = false;
  std::string epitaph_;
};

}  // namespace loads::runner
