#pragma once

#include <filesystem>

#include "proto/bundle/container.h"
#include "proto/bundle/outcome.h"

namespace loads::bundle {

// Writes the files of a bundle to `folder`, which must not exist yet; the folder it lies in must. Files get the mode 0600, executables and
// folders 0700. Called by agents with bytes that others have made: all is checked before the first byte is written, nothing is written
// outside of `folder`, and when something is wrong nothing stays behind.
Outcome unpack(Bytes bytes, const std::filesystem::path& folder);

}  // namespace loads::bundle
