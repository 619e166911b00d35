#include "broker/core/fleet.h"

namespace loads::broker {
namespace {

bool speaks(const Agent& agent, Now now) { return !agent.route.empty() && !agent.lost && now.steady - agent.heard < kSuspectAfter; }

bool is_id(const std::string& text) { return text.size() == 32 && text.find_first_not_of("0123456789abcdef") == std::string::npos; }

}  // namespace

Fleet::Arrival Fleet::hello(const Route& route, const proto::Hello& hello, Now now) {
  Arrival arrival;
  if (!is_id(hello.agent)) return Arrival::refused("version", "an agent's id has 32 hexadecimal digits");
  if (hello.leases.size() > kMostHeldLeases)
    return Arrival::refused("too-many-leases", hello.name + " holds what it has measured for " + std::to_string(hello.leases.size()) +
                                                   " shares of runs, more than the " + std::to_string(kMostHeldLeases) +
                                                   " that one may. Give it a state folder of its own, or remove what it need not report.");
  const auto known = agents_.find(hello.agent);
  if (known == agents_.end() && agents_.size() >= kMostKnownAgents)
    return Arrival::refused("too-many-agents", "this broker knows " + std::to_string(agents_.size()) + " agents, more than it can take.");
  if (known != agents_.end() && known->second.hello.session != hello.session) {
    const Agent& other = known->second;
    // The same state folder in two places: the numbers of neither can be told from the other's.
    if (hello.incarnation == other.hello.incarnation && speaks(other, now)) {
      arrival.id = "agent-copy";
      arrival.message = hello.name + " is a copy of agent " + other.hello.name +
                        ": both have the same state folder, or one is a clone of the other's machine. Give each a state folder of its own.";
      arrival.ousted = other.route;
      by_route_.erase(other.route);
      known->second.route.clear();
      known->second.heard = now.steady - kLostAfter;
      return arrival;
    }
    if (hello.incarnation < other.hello.incarnation) {
      arrival.id = "agent-superseded";
      arrival.message = "a later start of this agent, " + other.hello.name + ", is registered already";
      return arrival;
    }
  }
  Agent& agent = agents_[hello.agent];
  if (!agent.route.empty() && agent.route != route) {
    by_route_.erase(agent.route);
    if (agent.hello.session != hello.session) arrival.ousted = agent.route;
  }
  agent = {hello, route, now.steady, proto::Nanoseconds(-1)};
  agent.spoke = now.steady;
  by_route_[route] = &agent;
  arrival.accepted = true;
  return arrival;
}

void Fleet::expect(const std::string& id, std::uint64_t incarnation, const std::string& name, Now now) {
  const auto [entry, added] = agents_.try_emplace(id);
  if (!added) return;
  entry->second.hello.agent = id;
  entry->second.hello.incarnation = incarnation;
  entry->second.hello.name = name;
  entry->second.heard = entry->second.spoke = now.steady;
}

void Fleet::excuse(proto::Nanoseconds time) {
  for (auto& [id, agent] : agents_) agent.heard += time;
}

Agent* Fleet::at(const Route& route) {
  const auto found = by_route_.find(route);
  return found == by_route_.end() ? nullptr : found->second;
}

Agent* Fleet::find(const std::string& agent) {
  const auto found = agents_.find(agent);
  return found == agents_.end() ? nullptr : &found->second;
}

std::vector<std::string> Fleet::newly_lost(Now now) {
  std::vector<std::string> lost;
  for (auto& [id, agent] : agents_) {
    if (agent.lost || now.steady - agent.heard < kLostAfter) continue;
    agent.lost = true;
    lost.push_back(id);
  }
  return lost;
}

void Fleet::forget_lost(Now now, const std::function<bool(const std::string& agent)>& misses) {
  std::erase_if(agents_, [&](const auto& entry) {
    const auto& [id, agent] = entry;
    if (!agent.lost || now.steady - agent.heard < kForgottenAfter || misses(id)) return false;
    by_route_.erase(agent.route);
    return true;
  });
}

proto::AgentState Fleet::state(const Agent& agent, bool busy, Now now) {
  if (agent.lost) return proto::AgentState::lost;
  if (now.steady - agent.heard >= kSuspectAfter) return proto::AgentState::suspect;
  return busy ? proto::AgentState::busy : proto::AgentState::free;
}

}  // namespace loads::broker
