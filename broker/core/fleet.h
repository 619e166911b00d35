#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "broker/core/outside.h"

namespace loads::broker {

inline constexpr proto::Nanoseconds kSuspectAfter = std::chrono::seconds(3);
inline constexpr proto::Nanoseconds kLostAfter = std::chrono::seconds(10);
inline constexpr proto::Nanoseconds kForgottenAfter = std::chrono::minutes(10);  // when nothing is missed of it
inline constexpr std::size_t kMostKnownAgents = 100'000;
inline constexpr std::size_t kMostHeldLeases = 1'000;  // that an agent may speak of at once

// An agent that has said hello at least once since the broker was started.
struct Agent {
  proto::Hello hello;
  Route route;
  proto::Nanoseconds heard{};  // when it was last heard
  proto::Nanoseconds clock_error{-1};
  bool lost = false;
  bool unacknowledged = false;  // a batch of it came since the last commit
  proto::Nanoseconds spoke{};   // as heard, but for what excuses its silence or cuts it short: its leases are good from then on
};

// The agents that the broker knows, by name and by connection. Pure.
class Fleet {
 public:
  // What became of a Hello.
  struct Arrival {
    bool accepted = false;
    std::string id;               // of the refusal
    std::string message;          // of the refusal
    std::optional<Route> ousted;  // a connection that is no longer the agent's: it is to be refused, for the same reason

    static Arrival refused(std::string id, std::string message) { return {false, std::move(id), std::move(message), {}}; }
  };

  // Refuses what makes no sense, copies, and more than any cluster has.
  Arrival hello(const Route& route, const proto::Hello& hello, Now now);

  // An agent of which the store speaks: it is lost unless it says hello in time.
  void expect(const std::string& agent, std::uint64_t incarnation, const std::string& name, Now now);
  // Nobody was listened to for so long.
  void excuse(proto::Nanoseconds time);

  // The agent that said hello on `route` and was not ousted since; null: nobody.
  Agent* at(const Route& route);
  Agent* find(const std::string& agent);
  const std::map<std::string, Agent>& all() const { return agents_; }

  // Those that have become lost since the last time.
  std::vector<std::string> newly_lost(Now now);

  // Those that are lost for long, and that `misses` does not speak for: no run waits for what they hold.
  void forget_lost(Now now, const std::function<bool(const std::string& agent)>& misses);

  static proto::AgentState state(const Agent& agent, bool busy, Now now);

 private:
  std::map<std::string, Agent> agents_;         // by id
  std::unordered_map<Route, Agent*> by_route_;  // asked for at each message
};

}  // namespace loads::broker
