#pragma once

#include <poll.h>

#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "agent/core/agent.h"
#include "agent/core/outside.h"
#include "agent/work/lease_store.h"
#include "agent/work/worker_limits.h"
#include "agent/work/worker_process.h"
#include "proto/bundle/cache.h"

namespace loads::agent {

// The agent's world: worker processes and the disk. The broker's socket is somebody else's, so is the log. On the agent's main thread, in
// its poll loop:
//
//   outside.add_to(polled);  poll(...);  outside.serve(agent, now);
//
// at least ten times a second.
class RealOutside final : public Outside {
 public:
  struct Places {
    std::filesystem::path state;               // locked by the caller
    std::filesystem::path bundles;             // a cache that several agents may share
    std::filesystem::path runner;              // the executable: find_runner()
    std::vector<std::string> allow_targets{};  // of all workers (common/target_rules.h)
    std::string python{};                      // that runs tests in Python; empty: workers look for one
  };
  struct Rules {
    WorkerLimits limits;
    bool adopts_orphans = false;  // this process has no children but workers, and adopt_orphans() was called
  };
  struct Ways {
    std::function<void(std::string bytes)> to_broker;
    std::function<void(std::string_view line)> note;
  };

  // Throws Failure when the folders cannot be used.
  RealOutside(const Places& places, Ways ways, const Rules& rules);
  RealOutside(const Places& places, Ways ways) : RealOutside(places, std::move(ways), Rules{}) {}
  ~RealOutside() override;  // kills the workers, and what they have left

  // What an earlier process of this agent has left, for Agent::restore(). Once, before anything else.
  std::vector<LeaseStore::Kept> restore();

  void add_to(std::vector<pollfd>& polled) const;
  // Reads what workers have said, and tells the agent of it and of those that have ended. Does not wait.
  void serve(Agent& agent, proto::Nanoseconds now);

  void to_broker(std::string bytes) override { ways_.to_broker(std::move(bytes)); }
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
  bool has_bundle(const std::string& bundle) override { return bundles_.contains(bundle); }
  std::optional<std::uint64_t> add_chunk(const proto::Chunk& chunk, std::uint64_t size, std::string& why_not) override;
  void note(std::string_view line) override { ways_.note(line); }

 private:
  using Key = std::pair<std::string, proto::Lease>;
  using Workers = std::map<Key, std::unique_ptr<WorkerProcess>>;

  void make_working_folder(const proto::Prepare& prepare);
  void spawn(const proto::Prepare& prepare, const std::filesystem::path& black_box);
  template <typename Work>
  void try_to_start(const proto::Prepare& prepare, Work&& make_black_box);
  void serve_worker(const Key& key, WorkerProcess& worker, Agent& agent, proto::Nanoseconds now);
  bool read_messages(const Key& key, WorkerProcess& worker, Agent& agent, proto::Nanoseconds now);
  void heed_closed_connection(const Key& key, WorkerProcess& worker, proto::Nanoseconds now);
  void bury(const Key& key, WorkerProcess& worker, Agent& agent, proto::Nanoseconds now);
  void watch_workers(proto::Nanoseconds now);
  bool kill_if_excessive(WorkerProcess& worker) const;
  std::vector<pid_t> orphans() const;
  void end_orphans() const;
  void log_output(const Key& key, const OutputTail& output);
  WorkerProcess* find(proto::Lease lease, const std::string& run);
  template <typename Work>
  bool on_disk(const std::string& run, Work&& work);

  Places places_;
  Ways ways_;
  Rules rules_;
  LeaseStore leases_;
  bundle::BundleCache bundles_;
  Workers workers_;
  proto::Nanoseconds next_watch_{};
  std::map<Key, proto::Nanoseconds> closed_;              // workers that have closed their connection, and since when
  std::vector<std::pair<Key, std::string>> not_started_;  // and why
  std::unique_ptr<bundle::Receiving> incoming_;           // the bundle that is on its way
  std::string incoming_bundle_;
  std::optional<bundle::Pin> pinned_;  // the bundle that came last, until its worker has it unpacked
  bool disk_trouble_ = false;          // noted already
};

}  // namespace loads::agent
