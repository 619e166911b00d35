#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>

#include "common/environment.h"
#include "runner/options/table.h"

namespace loads::runner {

// Where an option's value comes from; an earlier source wins over a later one.
enum class Source : std::uint8_t { command_line, environment, file, fallback };

// An option as somebody gave it: texts that were not looked at yet.
struct Given {
  Texts texts;
  Source source = Source::fallback;
  std::string origin;    // for --show-config: "command line", "LOADS_OPT_USERS", "loads.ini:3", "default"
  std::string spelling;  // for messages: "--users", "LOADS_OPT_USERS", "loads.ini:3: users"
};

using GivenOptions = std::map<std::string, Given, std::less<>>;  // by the option's name

// The three readers. Each throws Failure(usage) for what is not in the table, with the option that was probably meant. They do not look at
// the values.
GivenOptions read_command_line(const std::vector<std::string>& arguments);  // command_line.cpp, the only one that knows CLI11
GivenOptions read_environment(const Environment& environment);              // LOADS_OPT_<NAME>; a list has one entry a line
GivenOptions read_config_file(const std::string& path);                     // section [loads]

}  // namespace loads::runner
