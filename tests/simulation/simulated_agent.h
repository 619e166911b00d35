#pragma once

#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "agent/core/agent.h"
#include "simulation/world.h"

namespace loads::simulation {

// A worker process: says that it has loaded the test, and sends load from the given instant on. What it has counted in `box` outlives it.
class SimulatedWorker {
 public:
  using Tell = std::function<void(proto::FromWorker)>;
  SimulatedWorker(World& world, proto::Prepare prepare, metrics::Tally& box, Tell tell);
  ~SimulatedWorker();

  void receive(const proto::ToWorker& message);

 private:
  void after(Time delay, std::function<void()> what);
  void start(const proto::Start& start);
  void stop(bool cut);
  void follow(const plan::Steering& steering);
  void be_the_only_one();
  void work();
  void report(std::optional<proto::ShareEnd> end);
  void speak();

  World& world_;
  proto::Prepare prepare_;
  metrics::Tally& box_;
  Tell tell_;
  std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);
  metrics::Slice slice_;
  metrics::Tally tally_;
  std::uint64_t seq_ = 0;
  Time started_{};
  Time end_{};
  Time reported_{};
  Time good_until_ = Time::max();
  plan::Steering steering_;
  bool stopping_ = false;
  bool ended_ = false;
};

// An agent's process with its worker, and the disk that outlives both.
class SimulatedAgent final : public agent::Outside {
 public:
  SimulatedAgent(World& world, int number) : world_(world), number_(number) {}

  void start();
  void kill(Time until);
  void kill_for_good();
  bool is_gone() const { return gone_; }
  void kill_within(int calls) { calls_left_ = calls; }
  void fill_disk(Time until) { disk_full_until_ = until; }
  void stand_still(Time until) { still_until_ = until; }
  bool lose_worker();  // false: it has none
  bool alive() const { return agent_ != nullptr; }
  bool is_idle() const { return alive() && agent_->is_idle() && leases_.empty(); }
  std::string route() const;
  void send_from_broker(const proto::ToAgent& message);

  Link link;

  void to_broker(std::string bytes) override;
  void start_worker(const proto::Prepare& prepare) override;
  void restart_worker(const proto::Prepare& prepare, const metrics::Tally& counted) override;
  void to_worker(proto::Lease lease, const std::string& run, const proto::ToWorker& message) override;
  void kill_worker(proto::Lease lease, const std::string& run) override;
  std::optional<metrics::Tally> read_black_box(proto::Lease lease, const std::string& run) override;
  void keep_lease(const proto::Prepare& prepare) override;
  void keep_batch(proto::Lease lease, const std::string& run, std::string_view bytes) override;
  bool keep_spool(proto::Lease lease, const std::string& run, const proto::agent_folder::Checkpoint& checkpoint,
                  const std::deque<std::string>& batches) override;
  void drop_lease(proto::Lease lease, const std::string& run) override;
  bool has_bundle(const std::string& bundle) override;
  std::optional<std::uint64_t> add_chunk(const proto::Chunk& chunk, std::uint64_t size, std::string& why_not) override;
  void note(std::string_view line) override;

 private:
  using Key = std::pair<std::string, proto::Lease>;
  struct Kept {
    proto::Prepare prepare;
    std::optional<proto::agent_folder::Checkpoint> checkpoint;
    std::vector<std::string> batches;
    std::size_t synced = 0;                // of the batches: those that came with the checkpoint
    std::vector<std::string> unwritten{};  // that the disk had no room for
    metrics::Tally box;                    // of the present worker
    metrics::Tally counted;                // of those before it
  };

  void act(std::function<void()> what);
  void may_be_killed();
  bool disk_is_full() const;
  void lose_what_was_not_synced();
  void tick(std::uint64_t life);
  void hear(const Key& key, const proto::FromWorker& message);
  void worker_gone(Key key, const std::string& why);  // a copy: it may be one of workers_'

  World& world_;
  int number_;
  std::unique_ptr<agent::Agent> agent_;
  std::map<Key, std::unique_ptr<SimulatedWorker>> workers_;
  std::map<Key, Kept> leases_;
  std::map<std::string, std::uint64_t> bundles_;
  std::uint64_t incarnation_ = 0;
  std::uint64_t life_ = 0;
  Time still_until_{};
  Time disk_full_until_{};
  int calls_left_ = -1;
  bool gone_ = false;
};

}  // namespace loads::simulation
