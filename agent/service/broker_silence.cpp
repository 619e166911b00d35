#include "agent/service/broker_silence.h"

#include <utility>

#include "proto/wire/endpoints.h"
#include "proto/wire/why_silent.h"

namespace loads::agent {

std::string BrokerSilence::warning(Duration silence, bool may_take_time) {
  if (silence < kQuiet || std::exchange(told_, true)) return {};
  return "no broker answers at " + endpoint_ + " (" + (may_take_time ? reason() : "no answer") + "), trying on";
}

bool BrokerSilence::is_over(Duration silence) { return silence < kQuiet && std::exchange(told_, false); }

// A broker does not tell those whom it does not know that this is why.
std::string BrokerSilence::reason() const {
  const std::string why = wire::why_silent(endpoint_);
  if (!why.empty()) return why;
  if (!wire::is_tcp(endpoint_)) return "no answer";
  return has_key_ ? "no answer: it may not know this agent's key, see loads-broker --enroll agent NAME, or be no port for agents"
                  : "no answer: a broker that has keys answers nobody without one, or it is no port for agents";
}

}  // namespace loads::agent
