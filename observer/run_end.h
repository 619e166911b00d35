#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

#include "common/metrics/validity.h"
#include "common/thresholds/judge.h"

namespace loads::observer {

// What observers are told of a run that is over. A pure value.
struct RunEnd {
  std::string run;  // 8 hexadecimal digits
  std::string test;
  std::string state;                                      // "finished", "stopped", "incomplete" or "failed"
  metrics::Validity validity = metrics::Validity::valid;  // of its figures
  int exit_code = 0;                                      // that a console which shows the run ends with
  std::uint64_t hits = 0;
  std::uint64_t errors = 0;  // test runs that ended so
  std::uint64_t failures = 0;
  std::chrono::system_clock::time_point started{};
  std::chrono::duration<double> duration{};
  std::string user;                    // "tarek@host"
  std::string tag;                     // its user's note; mostly empty
  std::string message;                 // why it failed, or what is missing; mostly empty
  std::vector<std::string> crossed{};  // thresholds, each with its value: "errors<1%: 3.2%"
  std::string aborted{};               // why it was ended early by its own conditions; mostly empty
};

// What RunEnd::crossed says of them.
std::vector<std::string> crossed(const std::vector<thresholds::Result>& results);

// A run may be told twice, when the broker was killed in the middle: the same end has the same key.
std::string key_of(const RunEnd& end);
std::string to_json(const RunEnd& end);
// One line: "run 4f1c09ab finished: 6000 hits, 0 errors, 0 failures in 1m 2s of example.TestWebSite.test_es".
std::string in_one_line(const RunEnd& end);

}  // namespace loads::observer
