#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>

#include "common/host_facts.h"
#include "proto/values.h"

namespace loads::proto {

// What an agent's machine can do, as `loads-agent --calibrate` has measured it. Kept as an ini file, and told to the broker.
struct Calibration {
  std::chrono::system_clock::time_point measured{};
  double rate = 0;                      // plain requests a second, of all processors together
  std::chrono::nanoseconds lateness{};  // 99 of 100 test runs with a time of their own began no later
  std::uint64_t files = 0;
  std::uint64_t ports = 0;
  std::uint32_t cores = 0;
  std::string kernel;
  std::string version;  // of loads
  std::string stale{};  // why it may hold no longer; set by the agent, not kept

  bool empty() const { return rate == 0; }

  static void fields(auto& self, auto&& field) {
    field("measured", self.measured);
    field("rate", self.rate);
    field("lateness", self.lateness);
    field("files", self.files);
    field("ports", self.ports);
    field("cores", self.cores);
    field("kernel", self.kernel);
    field("version", self.version);
    field.when_set("stale", self.stale);
  }
};

// The ini file and back. What is no such file, or of a later version, throws loads::Failure(exit_code::usage, ..., "calibration");
// `name` is its name in the message.
std::string to_ini(const Calibration& calibration);
Calibration calibration_of(std::string_view ini, const std::string& name);

// What is not as it was when `calibration` was measured: "4 cores then, 2 now"; empty: nothing.
std::string why_stale(const Calibration& calibration, const HostFacts& now, std::string_view version);

}  // namespace loads::proto
