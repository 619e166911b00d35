#pragma once

#include <chrono>
#include <optional>
#include <set>
#include <string>

#include "agent/core/agent.h"
#include "agent/service/broker_link.h"
#include "agent/service/broker_silence.h"
#include "agent/work/real_outside.h"
#include "common/notify.h"
#include "common/stop_signals.h"

namespace loads::agent {

// The agent at work: carries messages between its broker, its decisions and its workers. One thread, which sends no load itself: whatever a
// test does, the broker hears of this agent.
class Service {
 public:
  Service(Identity identity, const RealOutside::Places& places, const RealOutside::Rules& rules, const std::string& backend,
          const std::optional<wire::PeerKeys>& keys, std::optional<std::chrono::nanoseconds> end_without_broker, std::size_t spool_limit);

  // Until a signal asks it to end (a second one: at once), or its time without a broker is over.
  void run(StopSignals& stop);

 private:
  using Clock = std::chrono::steady_clock;

  void wait(StopSignals& stop);
  void listen();
  void tell_silence();
  bool is_orphaned() const;
  bool may_go() const;  // when it was asked to end
  std::string describe() const;
  void say_goodbye();
  proto::Nanoseconds now() const { return std::chrono::duration_cast<proto::Nanoseconds>(Clock::now().time_since_epoch()); }

  wire::Poller poller_;
  std::set<int> polled_;  // descriptors of workers
  BrokerLink link_;
  BrokerSilence silence_;
  RealOutside outside_;
  std::uint64_t incarnation_;
  Agent agent_;
  Notify notify_;
  std::optional<std::chrono::nanoseconds> end_without_broker_;
  std::string misunderstood_;  // the last message of the broker that made no sense, so that it is logged once
};

}  // namespace loads::agent
