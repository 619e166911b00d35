#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "engine/user/share.h"
#include "proto/agent_messages.h"
#include "runner/slice_queue.h"
#include "runner/stopping.h"
#include "runner/worker/batch_maker.h"
#include "runner/worker/share_work.h"

namespace loads::runner {

// An agent's share of a run, driven by the messages of the agent instead of a user's signals: what LocalRun is to a run on this machine.
// Reports once a second, from the moment it is made: how it gets on, and once it has started a batch of what was measured. Belongs to the
// main thread.
class ShareRun {
 public:
  using Clock = std::chrono::steady_clock;
  // Takes a message; `ready` says whether a batch may be sent now or has to wait for the agent to read. `wake` is called from threads of
  // the share: there is something to look at.
  struct Line {
    std::function<void(const proto::FromWorker&)> send;
    std::function<bool()> ready;
    std::function<void()> wake;
  };

  // Loads the test and checks what can be checked. Throws Failure, and sends nothing to the target.
  ShareRun(const proto::Prepare& prepare, user::Settings settings, const MakeShare& make_share, Line line);
  // A test may hold a thread of the engine: then the share is left to the end of the process.
  ~ShareRun();
  ShareRun(const ShareRun&) = delete;
  ShareRun& operator=(const ShareRun&) = delete;

  void start(Clock::time_point at);
  void join(Clock::time_point began, Clock::time_point as_of);  // as user::Share::join
  void prolong(Clock::time_point until) { good_until_ = until; }
  void stop(bool cut, Clock::time_point now);  // may come again
  void steer(const plan::Steering& steering) { share_->steer(steering); }

  std::vector<std::string> thresholds() const { return share_->thresholds(); }  // that the test's code names

  // Sends what is due and looks whether the share has ended, has crashed or is stuck; several times a second.
  void look(Clock::time_point now);

  // Sends what was measured so far, out of turn: a step has ended, and others wait for the news.
  void report_now(Clock::time_point now);

  bool is_over() const { return over_; }    // the last batch is sent
  bool is_stuck() const { return stuck_; }  // threads of the engine still run: the process has to end without clean-up

 private:
  void begin(Clock::time_point began, Clock::time_point now);
  void heed_end_of_lease(Clock::time_point now);
  void act(Stopping::Action action, Clock::time_point now);
  void heed_crash(const std::string& what, Clock::time_point now);
  void heed_hang(Clock::time_point now);
  void give_up(const std::string& what, Clock::time_point now);
  void conclude_broken(const std::string& what, Clock::time_point now);
  void report(Clock::time_point now);
  void collect() { batches_.add(queue_->take()); }
  void conclude(proto::ShareEnd end, const std::string& message, const metrics::Tally& all, Clock::time_point now);
  void send(const std::vector<proto::Batch>& batches) const;
  proto::Nanoseconds since_start(Clock::time_point now) const;

  const std::string run_;
  const proto::Lease lease_;
  const Clock::duration warm_up_;
  const Line line_;
  Stopping stopping_;
  std::shared_ptr<SliceQueue> queue_ = std::make_shared<SliceQueue>();  // threads that are stuck outlive this object
  std::unique_ptr<user::Share> share_;
  BatchMaker batches_;
  const Clock::duration hand_over_;                     // from the end of a second to the report of it
  Clock::time_point begin_ = Clock::time_point::max();  // of the load; max: not started
  Clock::time_point next_report_;
  Clock::time_point good_until_ = Clock::time_point::max();  // the share may be another's then
  bool lapsed_ = false;                                      // it came to that
  std::uint32_t users_ = 0;                                  // the most that were at work since the last batch
  bool stuck_ = false;
  bool over_ = false;
};

}  // namespace loads::runner
