#pragma once

#include <boost/context/fiber.hpp>

#include "engine/fiber/stack_pool.h"

#if defined(__SANITIZE_ADDRESS__)
#define LOADS_FIBER_ASAN 1
#endif
#if defined(__SANITIZE_THREAD__)
#define LOADS_FIBER_TSAN 1
#endif

namespace loads::fiber {

// A function that runs on a stack of its own and can be left and entered again: Boost.Context's fiber, with what must change hands at each
// switch besides the registers: the C++ runtime's exception state (which is per thread: without this a fiber that suspends inside a catch
// block and then rethrows would rethrow another one's exception) and the sanitizers' idea of the current stack.
//
// Belongs to one thread. It must have ended (done()) before it is destroyed.
class Context {
 public:
  using Entry = void (*)(void*);  // must not throw

  Context(Stack stack, Entry entry, void* argument);
  ~Context();
  Context(const Context&) = delete;
  Context& operator=(const Context&) = delete;

  void resume();   // from outside: enters it until it suspends or ends
  void suspend();  // from inside: back to whoever resumed it
  bool done() const { return done_; }
  const Stack& stack() const { return stack_; }

  // Fetches what is in use of the stack into the processor's cache, while something else runs. Of a thousand fibers each finds its stack
  // cold when its turn comes.
  void prefetch() const;

 private:
  boost::context::fiber run(boost::context::fiber&& outside);

  Stack stack_;
  Entry entry_;
  void* argument_;
  boost::context::fiber inside_;
  boost::context::fiber outside_;
  bool done_ = false;
  const char* resting_ = nullptr;  // where on the stack it was left
#ifdef LOADS_FIBER_ASAN
  void* fake_stack_ = nullptr;
  const void* outside_bottom_ = nullptr;
  std::size_t outside_size_ = 0;
#endif
#ifdef LOADS_FIBER_TSAN
  void* tsan_inside_ = nullptr;
  void* tsan_outside_ = nullptr;
#endif
};

}  // namespace loads::fiber
