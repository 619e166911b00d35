#include "engine/guard/running.h"

namespace loads::guard::detail {

constinit thread_local const Running* this_thread_runs = nullptr;
constinit thread_local Heartbeat* this_thread_beats = nullptr;

}  // namespace loads::guard::detail
