#pragma once

#include <cstddef>
#include <functional>
#include <vector>

#include "engine/fiber/loop.h"

namespace loads::fiber {

// Fibers that do parts of another fiber's work. They have its owner, and none outlives this: the destructor waits for them, and when their
// parent is cancelled so are they.
class Children {
 public:
  explicit Children(Loop& loop) : loop_(loop), parent_(*loop.running()) {}
  ~Children();
  Children(const Children&) = delete;
  Children& operator=(const Children&) = delete;

  void spawn(std::function<void()> body);  // throws nothing but Cancelled
  void join();                             // suspends until all have ended, whatever the parent's deadline says

 private:
  struct End;

  void cancel();

  Loop& loop_;
  Fiber& parent_;
  std::vector<Fiber*> running_;
};

}  // namespace loads::fiber
