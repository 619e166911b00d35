#include "runner/cluster/agent_news.h"

#include <algorithm>

#include "common/duration.h"
#include "runner/report/load_changes.h"

namespace loads::runner {
namespace {

using proto::AgentShare;
using proto::ShareEnd;

const AgentShare* find(const proto::RunStatus& status, proto::Lease lease) {
  const auto found = std::find_if(status.agents.begin(), status.agents.end(), [&](const AgentShare& one) { return one.lease == lease; });
  return found == status.agents.end() ? nullptr : &*found;
}

std::uint32_t all_users(const proto::RunStatus& status) {
  std::uint32_t sum = status.unlisted.users;
  for (const AgentShare& share : status.agents) sum += share.users;
  return sum;
}

std::string loss(const AgentShare& share, const proto::RunStatus& before) {
  std::string line = "lost agent " + share.agent + " at " + format_clock(share.lost_at);
  const AgentShare* earlier = find(before, share.lease);
  if (earlier == nullptr || earlier->users == 0) return line + ".";
  return line + ": " + std::to_string(earlier->users) + " of " + std::to_string(all_users(before)) + " users gone.";
}

std::string is_back(const AgentShare& share) { return "agent " + share.agent + " is back."; }

// Nothing else is to be waited for: the run ends when those that are lost have come back, or have had their time to.
bool awaits_the_lost(const proto::RunStatus& status) {
  if (proto::is_over(status.state) || status.agents.empty() || status.unlisted.count > 0) return false;
  return std::all_of(status.agents.begin(), status.agents.end(), [](const AgentShare& share) { return share.lost || share.end; }) &&
         std::any_of(status.agents.begin(), status.agents.end(), [](const AgentShare& share) { return share.lost; });
}

std::string goes_on(const AgentShare& share) {
  const bool many = share.takers > 1;
  return (many ? "agents " : "agent ") + share.taken_by + (many ? " go on" : " goes on") + " with the share of agent " + share.agent +
         " at " + format_clock(share.taken_at) + ".";
}

std::string bad_end(const AgentShare& share) {
  return "agent " + share.agent + ": " + (share.message.empty() ? std::string(to_string(*share.end)) : share.message);
}

// Of the broker, about the plan; it is told once.
bool is_note(const proto::Warning& warning) { return warning.id == "beyond-calibration"; }

bool has(const proto::RunStatus& status, const proto::Warning& warning) {
  return std::any_of(status.warnings.begin(), status.warnings.end(),
                     [&](const proto::Warning& one) { return one.id == warning.id && one.message == warning.message; });
}

}  // namespace

std::vector<std::string> agent_news(const proto::RunStatus& before, const proto::RunStatus& now) {
  std::vector<std::string> lines;
  for (const proto::Warning& warning : now.warnings) {
    if (is_note(warning) && !has(before, warning)) lines.push_back("note: " + warning.message);
  }
  for (const AgentShare& share : now.agents) {
    const AgentShare* earlier = find(before, share.lease);
    const bool was_lost = earlier != nullptr && earlier->lost;
    const bool had_ended = earlier != nullptr && earlier->end.has_value();
    if (share.lost && !was_lost) lines.push_back(loss(share, before));
    if (was_lost && !share.lost && !share.end) lines.push_back(is_back(share));
    if (share.end && !had_ended && share.is_lacking()) lines.push_back(bad_end(share));
    if (!share.taken_by.empty() && (earlier == nullptr || earlier->taken_by != share.taken_by)) lines.push_back(goes_on(share));
  }
  for (std::size_t i = before.steering.changes.size(); i < now.steering.changes.size(); ++i)
    lines.push_back("load: " + in_words(now.steering.changes[i]) + ".");
  if (awaits_the_lost(now) && !awaits_the_lost(before))
    lines.emplace_back("waiting whether agents that are lost come back with what they have measured.");
  if (now.unlisted.count == 0) return lines;
  for (const AgentShare& share : before.agents) {
    if (share.lost && !share.end && find(now, share.lease) == nullptr) lines.push_back(is_back(share));
  }
  return lines;
}

AgentCount agent_count(const proto::RunStatus& status) {
  const auto good = std::count_if(status.agents.begin(), status.agents.end(), [](const AgentShare& share) { return !share.is_lacking(); });
  return {static_cast<std::uint32_t>(good) + status.unlisted.count - status.unlisted.lacking, status.plan.agents};
}

}  // namespace loads::runner
