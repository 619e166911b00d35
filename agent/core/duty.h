#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "agent/core/outside.h"
#include "agent/core/spool.h"
#include "proto/agent_folder.h"

namespace loads::agent {

// One share of a run that this agent has been given: its worker, and what the worker has measured until the broker has it. Pure.
class Duty {
 public:
  Duty(proto::Prepare prepare, Outside& outside, std::size_t spool_limit);

  // What an earlier incarnation has left of it: a checkpoint maybe, its batches, one after the other, and that is all. How it ended is
  // worked out when the broker has said what it knows.
  void restore(const proto::agent_folder::Checkpoint& checkpoint);
  void restore_batch(std::string_view bytes);
  void restored() { orphaned_ = !concluded_; }

  const std::string& run() const { return prepare_.run; }
  proto::Lease lease() const { return prepare_.lease; }
  bool works() const { return working_; }  // its worker lives
  bool is_at_work() const { return !concluded_ && (working_ || fetching_); }
  bool is_closed() const;  // the broker has all of it: it can be dropped
  bool is_blank() const;   // nothing was measured
  proto::HeldLease held() const;
  std::optional<proto::LeaseProgress> progress() const;

  void begin();  // keeps the lease, and fetches the bundle or starts the worker
  void ask_for_bundle();
  void on_chunk(const proto::Chunk& chunk);
  void on_start(proto::Nanoseconds at, bool join);  // on our clock
  void on_steer(const proto::Steer& steer);         // all so far
  void on_stop(bool cut);
  void on_verdict(const proto::LeaseVerdict& verdict, proto::Nanoseconds now);
  void on_ack(std::uint64_t seq, proto::Nanoseconds now);
  void on_worker(const proto::FromWorker& message, proto::Nanoseconds now);
  // Its process has ended; `why` in words ("SIGKILL", "exit code 1"). Another may take its place.
  void on_worker_gone(const std::string& why);
  // The lease was renewed at that time (RunOrder::rebalance).
  void prolong(proto::Nanoseconds renewed);
  bool may_be_taken() const { return prepare_.order.rebalance; }
  // For how long the broker has been silent; of one that may be taken: since it was renewed.
  void on_silence(proto::Nanoseconds silence, proto::Nanoseconds now);
  // Stops it on the agent's own account, and says why.
  void abandon(const std::string& why, proto::Nanoseconds now);
  // Kills a worker that has been silent for too long.
  void check_worker(proto::Nanoseconds now);
  bool pump(std::uint32_t credit, proto::Nanoseconds now);  // whether something was sent
  void answer_again();                                      // to a broker that asks again: Prepared, or what that takes

 private:
  void start_worker();
  void tell_start();
  void tell_steering();
  bool may_restart() const;
  void restart_worker();
  void on_restarted(const proto::Prepared& prepared);
  void remember(proto::ShareEnd end, const std::string& what);
  void tell_loss(bool gone_on);
  void add_losses(proto::Batch& batch);
  proto::Batch posthumous(const metrics::Tally& box) const;
  void refuse(int exit_code, const std::string& id, const std::string& message);
  void conclude_posthumously(proto::ShareEnd end, const std::string& message);
  bool knows(const proto::LeaseVerdict& verdict) const;
  void bury(const proto::LeaseVerdict& verdict);
  void forget(const proto::LeaseVerdict& verdict);
  void take(proto::Batch batch);
  void add(proto::Batch batch);
  void keep(const std::string& bytes);
  void keep_anew();
  void coarsen();
  void mark_coarse(proto::ShareResult& result) const;

  proto::Prepare prepare_;
  Outside& outside_;
  const std::size_t spool_limit_;  // bytes that may wait for the broker before they are merged
  Spool spool_;
  proto::Nanoseconds resolution_{};               // of what waits; 0: as it was measured
  proto::agent_folder::Coarse coarse_;            // all that was merged
  std::size_t settled_bytes_ = 0;                 // on the disk, of what the broker has
  bool stale_ = false;                            // the disk has not taken what is kept
  std::uint64_t next_try_ = 0;                    // with which batch it is asked again
  metrics::Tally tally_;                          // of all batches so far
  proto::Nanoseconds until_{};                    // the end of the last one's interval
  std::optional<proto::Start> start_;             // as the worker was told
  plan::Steering steering_;                       // as far as the broker has told
  std::optional<proto::Nanoseconds> good_until_;  // when the worker has to have ended, unless it is prolonged
  std::optional<proto::Prepared> prepared_;
  std::optional<proto::LeaseProgress> progress_;
  proto::Nanoseconds heard_{};    // of the worker
  std::uint64_t worker_seq_ = 0;  // of its last batch
  std::uint64_t wanted_offset_ = 0;
  bool fetching_ = false;
  bool working_ = false;
  bool started_ = false;
  bool concluded_ = false;  // its last batch is made
  bool orphaned_ = false;   // of an earlier incarnation, and not concluded yet
  bool abandoned_ = false;
  bool stopping_ = false;
  std::string why_abandoned_;
  proto::Nanoseconds cut_at_{};                      // once abandoned
  std::optional<proto::Nanoseconds> unknown_since_;  // the broker does not know of it

  // Of workers that have died and were replaced.
  std::uint32_t restarts_ = 0;
  metrics::Tally tally_before_;  // before the present worker's first batch
  std::string losses_;
  std::string last_loss_;  // not among them yet
  proto::ShareEnd loss_ = proto::ShareEnd::worker_lost;
  bool crash_told_ = false;  // the present one has told of its end, which is among losses_
};

}  // namespace loads::agent
