#pragma once

#include <string>
#include <vector>

#include "proto/run.h"

namespace loads::agent {

// Batches of one share, encoded and one after the other, merged into windows of `width` since its start: what they count and their
// histograms stay exact, only when it was is told less exactly. They are numbered anew, from the first one's number on. Pure.
std::vector<std::string> in_windows(const std::vector<std::string>& batches, proto::Nanoseconds width);

}  // namespace loads::agent
