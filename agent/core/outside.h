#pragma once

#include <deque>
#include <optional>
#include <string>
#include <string_view>

#include "common/metrics/tally.h"
#include "proto/agent_folder.h"
#include "proto/agent_messages.h"

namespace loads::agent {

// What the agent's decisions reach the world through: the broker's socket, worker processes and the disk, or those of the simulation.
class Outside {
 public:
  virtual ~Outside() = default;

  virtual void to_broker(std::string bytes) = 0;  // an encoded message; lost when there is no connection

  // Makes the lease's folder and black box, starts the worker and hands it `prepare`. What goes wrong is told as a worker that has gone.
  virtual void start_worker(const proto::Prepare& prepare) = 0;
  // Likewise, for a worker that has died; the black box begins with what was counted before.
  virtual void restart_worker(const proto::Prepare& prepare, const metrics::Tally& counted) = 0;
  virtual void to_worker(proto::Lease lease, const std::string& run, const proto::ToWorker& message) = 0;
  virtual void kill_worker(proto::Lease lease, const std::string& run) = 0;
  virtual std::optional<metrics::Tally> read_black_box(proto::Lease lease, const std::string& run) = 0;

  // What outlives the agent's process: the lease and its batches, until they are dropped.
  virtual void keep_lease(const proto::Prepare& prepare) = 0;
  virtual void keep_batch(proto::Lease lease, const std::string& run, std::string_view bytes) = 0;
  // Puts what is not acknowledged, and a checkpoint for what is, in the place of all that was kept. False: it could not be done; what was
  // kept is still there, but for what the disk had not taken before.
  virtual bool keep_spool(proto::Lease lease, const std::string& run, const proto::agent_folder::Checkpoint& checkpoint,
                          const std::deque<std::string>& batches) = 0;
  virtual void drop_lease(proto::Lease lease, const std::string& run) = 0;

  virtual bool has_bundle(const std::string& bundle) = 0;
  // Takes the next part of a bundle of `size` bytes. The offset that is wanted next; nothing when the part is refused, with the reason.
  virtual std::optional<std::uint64_t> add_chunk(const proto::Chunk& chunk, std::uint64_t size, std::string& why_not) = 0;

  virtual void note(std::string_view line) = 0;  // for the log
};

}  // namespace loads::agent
