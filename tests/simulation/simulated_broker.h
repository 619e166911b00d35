#pragma once

#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "broker/core/broker.h"
#include "simulation/world.h"

namespace loads::simulation {

// The broker's process, and the disk that outlives it.
class SimulatedBroker final : public broker::Outside {
 public:
  explicit SimulatedBroker(World& world) : world_(world) {}

  void start();
  void kill(Time until);
  void stand_still(Time until) { still_until_ = until; }
  void kill_within(int calls) { calls_left_ = calls; }
  void fill_disk(Time until) { full_until_ = until; }
  bool alive() const { return broker_ != nullptr; }
  bool has_lost_figures_of(const std::string& run) const { return rotten_.contains(run); }

  void receive_from_agent(const std::string& route, const std::string& bytes);
  void receive_from_console(const std::string& route, const proto::FromConsole& message);

  // What the disk says in the end.
  std::map<std::string, broker::RunRecord> records;
  broker::Ledger ledger_of(const std::string& run);
  std::size_t busy_agents();  // that it says it has, which are not lost

  void to_agent(const broker::Route& route, const proto::ToAgent& message) override;
  void to_console(const broker::Route& route, const proto::ToConsole& message) override;
  void publish(const proto::Snapshot& snapshot) override;
  bool save(const broker::RunRecord& record) override;
  std::optional<broker::RunRecord> find(std::string_view run) override;
  std::vector<broker::RunRecord> ended(std::size_t most) override;
  void append(const std::string& run, std::string_view record) override;
  bool checkpoint(const std::string& run, const std::string& record) override;
  bool read_pages(const std::string& run, const OnPage& on_page) override;
  bool has_bundle(const std::string& bundle) override;
  std::optional<std::uint64_t> add_chunk(const proto::Chunk& chunk, std::uint64_t size, std::string& why_not) override;
  std::optional<proto::Blob> read_chunk(const std::string& bundle, std::uint64_t offset) override;
  broker::Now now() const override { return {world_.now(), world_.wall()}; }
  std::string make_run_id() override;
  void note(std::string_view line) override;

 private:
  struct Page {
    std::string bytes;
    bool is_checkpoint = false;
  };

  bool disk_is_full() const { return world_.now() < full_until_; }
  void may_be_killed();
  void lose_a_page();
  // Does what the process does, unless it is dead or stands still: then later, or never.
  void act(std::function<void()> what);
  void tick(std::uint64_t life);
  void commit();

  World& world_;
  std::unique_ptr<broker::Broker> broker_;
  std::uint64_t life_ = 0;
  std::uint64_t epoch_ = 0;
  Time still_until_{};
  Time full_until_{};
  int calls_left_ = -1;
  std::uint64_t next_run_ = 1;
  std::map<std::string, std::vector<Page>> pages_;
  std::vector<std::pair<std::string, std::string>> uncommitted_;
  std::map<std::pair<std::string, proto::Lease>, std::uint64_t> durable_;
  std::map<std::string, std::uint64_t> bundles_;  // bytes that are there
  std::set<std::string> rotten_;
  std::size_t busy_agents_ = 0;
};

}  // namespace loads::simulation
