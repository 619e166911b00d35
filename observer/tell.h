#pragma once

#include <chrono>
#include <functional>
#include <string>

#include "observer/run_end.h"
#include "proto/observer.h"

namespace loads::observer {

inline constexpr std::chrono::seconds kPatience{10};  // for one attempt

// How an attempt went.
struct Outcome {
  std::string trouble;     // "the webhook answered 500"; empty: the observer knows
  bool try_again = false;  // it may be otherwise in a moment
};

// Asked several times a second; true ends an attempt that is under way.
using Cancelled = std::function<bool()>;

// Tells one observer once, and waits for it: kPatience at most. Any thread.
Outcome tell(const proto::Observer& observer, const RunEnd& end, const Cancelled& cancelled);

// The kinds of observers. Nothing of what a run is called or says becomes part of a command or of a header's structure.
Outcome tell_webhook(const proto::Observer& observer, const RunEnd& end, const Cancelled& cancelled);
Outcome tell_email(const proto::Observer& observer, const RunEnd& end, const Cancelled& cancelled);
Outcome tell_command(const proto::Observer& observer, const RunEnd& end, const Cancelled& cancelled);

}  // namespace loads::observer
