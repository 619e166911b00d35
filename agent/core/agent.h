#pragma once

#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "agent/core/clock_offset.h"
#include "agent/core/duty.h"
#include "agent/core/outside.h"

namespace loads::agent {

// Who an agent is; told to the broker in each Hello.
struct Identity {
  std::string agent;              // 32 hexadecimal digits, kept in the state folder
  std::uint64_t incarnation = 0;  // one more at each start
  std::uint64_t session = 0;      // random
  std::string name;               // "host/4711"
  std::string machine;            // uname -m
  std::string module_abi;
  std::uint32_t cores = 0;
  proto::Calibration calibration{};  // of its machine
};

// The agent's decisions: saying hello and being heard, taking shares of runs and seeing that what they measure gets to the broker, whatever
// happens to the broker, the connection or the worker. Pure: messages and the time go in, Outside is what it acts through.
class Agent {
 public:
  static constexpr std::size_t kSpoolLimit = std::size_t{32} << 20;
  // Of each share so many bytes may wait for the broker before its seconds are merged.
  Agent(Identity identity, Outside& outside, std::size_t spool_limit = kSpoolLimit);

  // A lease of an earlier incarnation; the checkpoint and the batches as they were kept.
  void restore(const proto::Prepare& prepare, const std::optional<proto::agent_folder::Checkpoint>& checkpoint,
               const std::vector<std::string>& batches);

  void on_broker(const proto::ToAgent& message, proto::Nanoseconds now);
  void on_worker(const std::string& run, proto::Lease lease, const proto::FromWorker& message, proto::Nanoseconds now);
  void on_worker_gone(const std::string& run, proto::Lease lease, const std::string& why);
  void tick(proto::Nanoseconds now);  // ten times a second or so

  // Asked to end: no new shares; those that work are stopped. It may go when is_idle(), or when its patience ends.
  void wind_down(proto::Nanoseconds now);
  bool is_idle() const { return duties_.empty(); }
  bool is_at_work() const;  // a worker lives
  bool is_connected() const { return welcome_.has_value(); }

 private:
  void handle(const proto::Welcome& welcome, proto::Nanoseconds now);
  void handle(const proto::Rehello& rehello, proto::Nanoseconds now);
  void handle(const proto::Refused& refused, proto::Nanoseconds now);
  void handle(const proto::BeatAnswer& answer, proto::Nanoseconds now);
  void handle(const proto::Prepare& prepare, proto::Nanoseconds now);
  void handle(const proto::Chunk& chunk, proto::Nanoseconds now);
  void handle(const proto::Start& start, proto::Nanoseconds now);
  void handle(const proto::Steer& steer, proto::Nanoseconds now);
  void handle(const proto::Stop& stop, proto::Nanoseconds now);
  void handle(const proto::Ack& ack, proto::Nanoseconds now);

  Duty* find(const std::string& run, proto::Lease lease);
  void say_hello(proto::Nanoseconds now);
  void beat(proto::Nanoseconds now);
  void pump(proto::Nanoseconds now);  // sends what may be sent, and a beat that is nearly due along with it
  void drop_closed();

  Identity identity_;
  Outside& outside_;
  const std::size_t spool_limit_;
  std::vector<std::unique_ptr<Duty>> duties_;
  std::deque<std::pair<std::string, proto::Lease>> dropped_;  // the last ones: an order that comes late must not begin them again
  std::optional<proto::Welcome> welcome_;                     // of the present connection
  ClockOffset clock_;
  proto::Nanoseconds heard_{};    // of the broker
  proto::Nanoseconds renewed_{};  // when the last beat that was answered was sent
  proto::Nanoseconds next_hello_{};
  proto::Nanoseconds next_beat_{};
  std::uint64_t epoch_ = 0;  // of the broker that was met last
  std::string refusal_;      // the last one, so that it is logged once
  bool winding_down_ = false;
};

}  // namespace loads::agent
