#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "proto/bundle/pack.h"

namespace loads::bundle {

// The files that --include-file names: patterns of glob(3), relative to `base` or absolute. A folder means all that is in it, hidden files
// too; empty folders do not travel. A file keeps its place below `base`, as the test opens it by that name here and at an agent; so files
// outside of `base` are refused, and links that lead there. Links inside are followed, their files travel as if they were files.
//
// A pattern that names nothing, devices, sockets, fifos and loops of links are a Failure(usage) that names them. For a --test-dir:
// collect({"."}, folder). Called by the runner.
std::vector<Entry> collect(const std::vector<std::string>& patterns, const std::filesystem::path& base);

}  // namespace loads::bundle
