#pragma once

#include <memory>

#include "common/environment.h"
#include "engine/user/share.h"
#include "runner/worker/share_work.h"

namespace loads::runner {

// What an agent orders of its worker: a module in Python, which came in the bundle and is run by processes of Python, an external runner's
// test, which its processes run, or anything else, which is run by threads. The working directory is the unpacked bundle. Throws Failure.
std::unique_ptr<user::Share> make_ordered_share(ShareWork work, const Environment& environment);

}  // namespace loads::runner
