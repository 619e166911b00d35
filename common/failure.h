#pragma once

#include <stdexcept>
#include <string>
#include <utility>

namespace loads {

// Exit codes of the executables. When several hold, the order is: 2 to 6 and 70, 130/143, 98, 99, 1.
namespace exit_code {
inline constexpr int passed = 0;
inline constexpr int failed = 1;       // errors or failures, or nothing answered
inline constexpr int usage = 2;        // wrong options or configuration
inline constexpr int cannot_load = 3;  // the test cannot be loaded
inline constexpr int no_broker = 4;
inline constexpr int too_few_agents = 5;
inline constexpr int local_resource = 6;  // port in use, permission, descriptors, unwritable output
inline constexpr int internal = 70;
inline constexpr int invalid_figures = 98;  // thresholds were to be judged by figures that are not to be believed
inline constexpr int thresholds_crossed = 99;
inline constexpr int interrupted = 130;  // SIGINT
inline constexpr int terminated = 143;   // SIGTERM
}  // namespace exit_code

// Ends an executable: thrown where the trouble is found, caught once in main(), which prints the message and exits with the code. The
// message says what happened, why, and what to do. `id` is an anchor of docs/troubleshooting.md, printed in brackets; empty: none.
class Failure : public std::runtime_error {
 public:
  Failure(int code, const std::string& message, std::string id = {}) : std::runtime_error(message), code_(code), id_(std::move(id)) {}
  int code() const { return code_; }
  const std::string& id() const { return id_; }

 private:
  int code_;
  std::string id_;
};

}  // namespace loads
