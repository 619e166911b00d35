#include "proto/run.h"

#include <algorithm>

#include "common/duration.h"
#include "proto/console_messages.h"

namespace loads::proto {

std::string_view to_string(RunState state) {
  switch (state) {
    case RunState::queued: return "queued";
    case RunState::preparing: return "preparing";
    case RunState::ready: return "ready";
    case RunState::running: return "running";
    case RunState::stopping: return "stopping";
    case RunState::finished: return "finished";
    case RunState::stopped: return "stopped";
    case RunState::incomplete: return "incomplete";
    case RunState::failed: return "failed";
  }
  return "unknown";
}

std::string_view to_string(ShareEnd end) {
  switch (end) {
    case ShareEnd::completed: return "completed";
    case ShareEnd::stopped: return "stopped";
    case ShareEnd::crashed: return "crashed";
    case ShareEnd::worker_lost: return "worker lost";
    case ShareEnd::agent_lost: return "agent lost";
    case ShareEnd::abandoned: return "abandoned";
  }
  return "unknown";
}

std::string_view to_string(AgentState state) {
  switch (state) {
    case AgentState::free: return "free";
    case AgentState::busy: return "busy";
    case AgentState::suspect: return "suspect";
    case AgentState::lost: return "lost";
  }
  return "unknown";
}

bool AgentShare::is_lacking() const { return end ? is_loss(*end) : lost; }

std::uint32_t RunStatus::users() const {
  std::uint32_t sum = unlisted.users;
  for (const AgentShare& share : agents) sum += share.lost ? 0 : share.users;
  return sum;
}

double RunStatus::fraction() const {
  double sum = std::clamp(unlisted.fraction, 0.0, 1.0) * unlisted.count;
  std::size_t count = unlisted.count;
  for (const AgentShare& share : agents) {
    if (!share.taken_by.empty()) continue;  // its successor's counts
    sum += std::clamp(share.fraction, 0.0, 1.0);
    ++count;
  }
  return count == 0 ? 0 : sum / static_cast<double>(count);
}

std::string taken_over(const AgentShare& share) {
  if (share.taken_by.empty()) return {};
  const bool many = share.takers > 1;
  return (many ? "; agents " : "; agent ") + share.taken_by + (many ? " have" : " has") + " gone on with its share from " +
         format_clock(share.taken_at);
}

}  // namespace loads::proto
