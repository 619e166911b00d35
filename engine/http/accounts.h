#pragma once

#include "common/metrics/recorder.h"
#include "engine/fiber/clock.h"

namespace loads::http {

// What is written down of a request when its fate is known.
struct Accounts {
  metrics::Recorder::NameId name = 0;
  fiber::TimePoint started;
  fiber::Duration timeout{};
  metrics::RequestRecord record;
  bool in_flight = false;  // begun to be sent, and not settled in the tally

  metrics::Nanoseconds& phase(metrics::Phase phase) { return record.phases[static_cast<std::size_t>(phase)]; }
};

}  // namespace loads::http
