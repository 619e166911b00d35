#pragma once

#include <cstddef>
#include <vector>

#include "common/metrics/slice.h"

namespace loads::metrics {

// Bytes that a part may take on the wire: half of the largest message, since what a sender adds to it is not known here.
inline constexpr std::size_t kMostPartSize = 512 * 1024;

// Cuts a slice into parts that can be sent on their own: one, as a rule, and more when many names have full histograms. Merged in any
// order the parts are the whole again. A part is at most `most` bytes large by an estimate that no encoding of plain numbers and texts
// exceeds (numbers of 9 bytes, fields with names); a single entry that is larger is a part of its own. Every part has the slice's kind.
//
// Parts are bounded in memory, too, by 32 times `most`: the reader of a message allows it only so much.
std::vector<Slice> split(Slice&& whole, std::size_t most = kMostPartSize);

}  // namespace loads::metrics
