#include "engine/fiber/context.h"

#include <cxxabi.h>

#include <algorithm>
#include <boost/context/preallocated.hpp>
#include <cstddef>
#include <memory>
#include <utility>

#ifdef LOADS_FIBER_ASAN
#include <sanitizer/common_interface_defs.h>
#endif
#ifdef LOADS_FIBER_TSAN
#include <sanitizer/tsan_interface.h>
#endif

namespace loads::fiber {
namespace {

// The layout of __cxa_eh_globals (Itanium C++ ABI: Exception Handling, 2.2.2).
struct ExceptionState {
  void* caught = nullptr;
  unsigned int uncaught = 0;
};

ExceptionState swap_exception_state(ExceptionState next) {
  return std::exchange(*reinterpret_cast<ExceptionState*>(abi::__cxa_get_globals()), next);
}

// The stack belongs to the StackPool; Boost.Context only borrows it.
struct BorrowedStack {
  static boost::context::stack_context allocate() { return {}; }
  static void deallocate(boost::context::stack_context&) {}
};

}  // namespace

Context::Context(Stack stack, Entry entry, void* argument) : stack_(stack), entry_(entry), argument_(argument), resting_(stack.top()) {
  boost::context::stack_context context;
  context.sp = stack.top();
  context.size = stack.size - StackPool::kGuardSize;
  const boost::context::preallocated memory(context.sp, context.size, context);
  inside_ = boost::context::fiber(std::allocator_arg, memory, BorrowedStack{},
                                  [this](boost::context::fiber&& outside) { return run(std::move(outside)); });
#ifdef LOADS_FIBER_TSAN
  tsan_inside_ = __tsan_create_fiber(0);
#endif
}

Context::~Context() {
#ifdef LOADS_FIBER_TSAN
  __tsan_destroy_fiber(tsan_inside_);
#endif
}

boost::context::fiber Context::run(boost::context::fiber&& outside) {
  outside_ = std::move(outside);
#ifdef LOADS_FIBER_ASAN
  __sanitizer_finish_switch_fiber(nullptr, &outside_bottom_, &outside_size_);
#endif
  entry_(argument_);
  done_ = true;
#ifdef LOADS_FIBER_ASAN
  __sanitizer_start_switch_fiber(nullptr, outside_bottom_, outside_size_);  // nullptr: this stack is left for good
#endif
  return std::move(outside_);
}

void Context::resume() {
  const ExceptionState outside_state = swap_exception_state({});
#ifdef LOADS_FIBER_ASAN
  void* fake_stack = nullptr;
  __sanitizer_start_switch_fiber(&fake_stack, stack_.bottom, stack_.size);
#endif
#ifdef LOADS_FIBER_TSAN
  tsan_outside_ = __tsan_get_current_fiber();
  __tsan_switch_to_fiber(tsan_inside_, 0);
#endif
  inside_ = std::move(inside_).resume();
#ifdef LOADS_FIBER_TSAN
  // Not before: the functions that the fiber leaves at its end would be taken from the outside's stack of calls.
  if (done_) __tsan_switch_to_fiber(tsan_outside_, 0);
#endif
#ifdef LOADS_FIBER_ASAN
  __sanitizer_finish_switch_fiber(fake_stack, nullptr, nullptr);
#endif
  swap_exception_state(outside_state);
}

void Context::prefetch() const {
  constexpr std::ptrdiff_t kLine = 64;
  constexpr std::ptrdiff_t kCalls = 512;     // that it will make when it goes on
  constexpr std::ptrdiff_t kCallers = 2560;  // from a request's wait up to the virtual user
  const char* const end = resting_ + std::min(kCallers, stack_.top() - resting_);
  // Four at a time: it is done for every request. A line beyond the end does no harm.
  for (const char* line = resting_ - kCalls; line < end; line += 4 * kLine) {
    __builtin_prefetch(line, 1);
    __builtin_prefetch(line + kLine, 1);
    __builtin_prefetch(line + 2 * kLine, 1);
    __builtin_prefetch(line + 3 * kLine, 1);
  }
}

void Context::suspend() {
  resting_ = static_cast<const char*>(__builtin_frame_address(0));
  const ExceptionState inside_state = swap_exception_state({});
#ifdef LOADS_FIBER_ASAN
  __sanitizer_start_switch_fiber(&fake_stack_, outside_bottom_, outside_size_);
#endif
#ifdef LOADS_FIBER_TSAN
  __tsan_switch_to_fiber(tsan_outside_, 0);
#endif
  outside_ = std::move(outside_).resume();
#ifdef LOADS_FIBER_ASAN
  __sanitizer_finish_switch_fiber(fake_stack_, &outside_bottom_, &outside_size_);
#endif
  swap_exception_state(inside_state);
}

}  // namespace loads::fiber
