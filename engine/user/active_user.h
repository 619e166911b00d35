#pragma once

#include <cstdint>

#include "engine/user/load.h"
#include "engine/user/virtual_user.h"

namespace loads::user {

// A virtual user from before its first test run to after its last, on the fiber that makes it. Belongs on the heap: of a stack every page
// that is used once stays with the user.
class ActiveUser {
 public:
  ActiveUser(const Crew& crew, std::uint32_t index);
  ~ActiveUser();
  ActiveUser(const ActiveUser&) = delete;
  ActiveUser& operator=(const ActiveUser&) = delete;

  // The next of its tests, once, and records how it has ended; false: the user is not to run another. Suspends, so that no test keeps the
  // others from their turn.
  bool run_test();
  void tear_down();  // after the last one

  VirtualUser& user() { return user_; }

 private:
  // The fiber works for the user, and its code is the user's.
  class Presence {
   public:
    Presence(fiber::Fiber& fiber, VirtualUser& user);
    ~Presence();
    Presence(const Presence&) = delete;
    Presence& operator=(const Presence&) = delete;

   private:
    fiber::Fiber& fiber_;
  };

  Context& context_;
  VirtualUser user_;
  Presence presence_;
  TestSet tests_;
  bool is_set_up_ = true;  // as far as it has come
};

}  // namespace loads::user
