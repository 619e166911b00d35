#pragma once

#include <string>

#include "runner/options/read_options.h"

namespace loads::runner {

// The text of --help: the table in groups, at most 80 columns wide, ends with a newline.
std::string help_text();

// The text of --show-config: each option's value and where it came from.
std::string config_text(const ReadOptions& read);

}  // namespace loads::runner
