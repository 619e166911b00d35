#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>

namespace loads::target {

// How a target server behaves: given to Server by tests, or read from loads-target's command line.
struct Options {
  std::string address = "127.0.0.1";
  std::uint16_t port = 0;  // 0: any free one
  unsigned threads = 1;
  std::chrono::milliseconds delay{0};  // before every answer, but those about the counts
  int status = 200;                    // of the paths that have no behaviour of their own
};

// Reads loads-target's command line. Nothing when only help was asked for, which is then printed to stdout; throws
// loads::Failure(exit_code::usage).
std::optional<Options> parse_options(int argc, const char* const* argv);

}  // namespace loads::target
