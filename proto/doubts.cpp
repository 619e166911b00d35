#include "proto/doubts.h"

#include "common/duration.h"

namespace loads::proto {
namespace {

std::string missing_answers(const AgentShare& share) {
  if (share.in_flight == 0) return {};
  return ", at most " + std::to_string(share.in_flight) + (share.in_flight == 1 ? " answer is missing" : " answers are missing");
}

// Of a share that lacks something.
metrics::Doubt doubt_of(const AgentShare& share) {
  const std::string agent = "agent " + share.agent + ": ";
  if (!share.end) {
    return {"lost-agent",
            agent + "lost after " + format_clock(share.lost_at) + ", what it did from then on is missing" + taken_over(share) + "."};
  }
  const std::string why = share.message.empty() ? end_of(share) : share.message;
  const char* id = *share.end == ShareEnd::crashed ? "test-crashed" : *share.end == ShareEnd::agent_lost ? "lost-agent" : "worker-died";
  return {id, agent + why + missing_answers(share) + taken_over(share) + "."};
}

}  // namespace

std::string end_of(const AgentShare& share) {
  if (share.end) return std::string(to_string(*share.end));
  return share.lost ? "lost" : "";
}

std::vector<metrics::Doubt> doubts_of(const RunStatus& status) {
  std::vector<metrics::Doubt> doubts;
  for (const AgentShare& share : status.agents) {
    if (share.is_lacking()) doubts.push_back(doubt_of(share));
  }
  for (const Warning& warning : status.warnings) doubts.push_back({warning.id, warning.message, warning.validity});
  if (!status.balanced) doubts.push_back({"unbalanced", kUnbalanced, metrics::Validity::invalid});
  return doubts;
}

}  // namespace loads::proto
