#pragma once

#include <cstddef>
#include <vector>

namespace loads::fiber {

// A fiber's stack. Its lowest page is a guard: touching it faults.
struct Stack {
  char* bottom = nullptr;  // the guard's first byte
  std::size_t size = 0;    // guard included

  char* top() const { return bottom + size; }
};

// The stacks of one thread's fibers. They are cut from large reservations of address space (slabs), whose pages cost nothing until they are
// touched, and are used again last in, first out, so that a stack in use is a warm one.
class StackPool {
 public:
  static constexpr std::size_t kStackSize = 256 * 1024;
  static constexpr std::size_t kGuardSize = 4096;

  explicit StackPool(std::size_t expected);  // how many are reserved at first; more are reserved when they are used up
  ~StackPool();
  StackPool(const StackPool&) = delete;
  StackPool& operator=(const StackPool&) = delete;

  Stack take();  // throws std::bad_alloc when the address space is used up
  void give_back(Stack stack) { free_.push_back(stack.bottom); }

  // False when the kernel's limits left some stacks without a guard: a stack that overflows there damages its neighbour unnoticed.
  bool fully_guarded() const { return fully_guarded_; }

 private:
  struct Slab {
    char* memory;
    std::size_t bytes;
  };

  void reserve(std::size_t stacks);

  std::vector<Slab> slabs_;
  std::vector<char*> free_;
  bool fully_guarded_ = true;
};

}  // namespace loads::fiber
