#pragma once

#include <cstdint>
#include <random>
#include <string>
#include <string_view>

#include <loads/export.h>

namespace loads {

namespace user {
class VirtualUser;
}

// Who runs the test.
class LOADS_API User {
 public:
  explicit User(user::VirtualUser& user) : user_(&user) {}

  std::uint32_t agent() const;   // which agent of the run, from 0; 0 in a local run
  std::uint32_t agents() const;  // how many of them
  std::uint32_t index() const;   // of this agent's users: 0 to users() - 1; more while --scale has raised their number
  std::uint32_t users() const;   // of this agent, in this step
  std::uint64_t runs() const;    // test runs that this user has begun, the present one included
  std::mt19937_64& random();     // seeded by --seed, the agent and the index: the same run again gives the same numbers
  std::string variable(std::string_view name, std::string_view otherwise = {}) const;  // of -e NAME=VALUE

 private:
  user::VirtualUser* user_;
};

}  // namespace loads
