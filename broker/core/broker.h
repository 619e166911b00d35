#pragma once

#include <array>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "broker/core/fleet.h"
#include "broker/core/outside.h"
#include "broker/core/run.h"

namespace loads::broker {

// What the broker is called, and where it can be reached: for those who ask.
struct Identity {
  std::string cluster;      // made once, kept for ever
  std::uint64_t epoch = 0;  // one more at each start
  std::uint32_t pid = 0;
  std::string publisher;  // endpoint
};

// The broker's decisions: who comes, what is to run where, what is acknowledged. Pure: messages and the time go in, Outside is what it acts
// through. Everything is called from one thread.
class Broker {
 public:
  Broker(Identity identity, Outside& outside) : identity_(std::move(identity)), outside_(outside) {}

  // A run out of the store; before anything else is called.
  void restore(RunRecord record, Now now);

  void on_agent(const Route& route, proto::FromAgent message, std::string_view bytes, Now now);
  void on_console(const Route& route, const proto::FromConsole& message, Now now);
  void on_unreachable(const Route& route, Now now);  // an agent's connection is gone
  // All that was appended is on the disk and can be acknowledged, but for what belongs to the runs in `waiting`.
  void committed(Now now, const std::set<std::string>& waiting = {});
  std::set<std::string> bundles() const;  // of the runs that go on
  void tick(Now now);                     // ten times a second or so

  std::optional<proto::Snapshot> report(const std::string& run, Now now);  // with all figures; nothing: they cannot be read
  void warn(const std::string& run, proto::Warning warning, Now now);

  std::string describe() const;  // "5 agents, 1 run goes on"

  // For those who look on.
  void for_each_run(auto&& visit) const {
    for (const auto& [id, run] : runs_) visit(*run);
  }
  const Run* run(const std::string& id) const;  // that goes on, or of which something may still come; null: none
  std::array<std::size_t, proto::count_of(proto::AgentState{})> count_agents(Now now) const;  // by their state

  std::vector<proto::Warning> troubles;  // that the shell knows of: told to those who ask

 private:
  void handle(const Route& route, const proto::Hello& hello, Now now);
  void handle(Agent& agent, const proto::Beat& beat, Now now);
  void handle(Agent& agent, const proto::Prepared& prepared, Now now);
  void handle(Agent& agent, const proto::WantChunk& want);
  void handle(Agent& agent, const proto::Batch& batch, std::string_view bytes, Now now);

  void handle(const Route& console, const proto::Ping& ping, Now now);
  void handle(const Route& console, const proto::Submit& submit, Now now);
  void handle(const Route& console, const proto::StopRun& stop, Now now);
  void handle(const Route& console, const proto::SteerRun& steer, Now now);
  void handle(const Route& console, const proto::Attach& attach, Now now);
  void handle(const Route& console, const proto::Purge& purge, Now now);
  void handle(const Route& console, const proto::Chunk& chunk, Now now);

  void heed_stand_still(Now now);
  std::unique_ptr<Run> load(RunRecord record, Now now);  // with its pages
  Run* find(const std::string& run);
  Run* find_or_load(const std::string& run, Now now);
  // By its first digits: the one that is meant, or why it is not clear.
  std::pair<Run*, proto::Error> find_for_user(const std::string& prefix, Now now);
  bool is_busy(const std::string& agent) const;
  std::vector<const Agent*> free_agents(Now now) const;
  std::vector<const Agent*> free_agents(const proto::RunOrder& order, Now now) const;  // that suit it
  std::string not_enough(const proto::RunOrder& order, std::size_t free, Now now) const;
  proto::Error why_not(const proto::Submit& submit, Now now) const;
  void reserve_for_queued(Now now);
  void deal_shares(Now now);
  void call_the_roll(Now now);  // which agents have become lost

  struct BeatToAnswer {
    Route route;
    proto::Nanoseconds sent{};      // on the agent's clock
    proto::Nanoseconds received{};  // on ours
  };

  Identity identity_;
  Outside& outside_;
  Fleet fleet_;
  std::map<std::string, std::unique_ptr<Run>> runs_;  // that go on, or of which something may still come
  std::vector<std::string> queue_;                    // runs that wait for agents, the oldest first
  std::map<std::pair<std::string, proto::Lease>, Route> unacked_;
  std::vector<BeatToAnswer> beats_;  // of agents whose batches are about to be acknowledged
  proto::Nanoseconds last_turn_{};
  proto::Nanoseconds next_roll_call_{};
  proto::Nanoseconds next_publication_{};
  proto::Nanoseconds next_checkpoint_{};
};

}  // namespace loads::broker
