#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace CLI {
class App;
class Validator;
}  // namespace CLI

namespace loads {

// The command lines of loads-broker and loads-agent (loads-runner has a table of options, runner/options). Long options may be written with
// _ for -. Those of the `section` of the ini file that --config names count where the command line does not have them; what is not
// configurable() belongs on the command line. Prints --help and gives false when that was asked for; throws
// loads::Failure(exit_code::usage) with the option that was probably meant. CLI11's own exceptions and exit codes end here.
bool parse_options(CLI::App& app, std::vector<std::string> arguments, std::string_view section);

// For ->check() and ->transform(): what they refuse they say in words that tell what to write.
CLI::Validator whole_number(std::uint64_t least, std::uint64_t most);
// "500M" and "2G" become bytes.
struct Least {
  std::uint64_t bytes = 0;
  bool or_none = false;  // 0 is taken, too
};
CLI::Validator size_in_bytes(Least least, std::uint64_t most);

}  // namespace loads
