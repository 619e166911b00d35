#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>

namespace loads::guard {

// What runs on a thread now: written by the engine at every fiber switch, read by the crash guard (in a signal handler of the same thread)
// and, through the heartbeat, by the watchdog's thread.

// A virtual user's test, on the stack of its fiber. Owned by the engine, unchanged while it is set. The names live as long as the process.
struct Running {
  const char* test_class;
  const char* test_name;
  const char* stack_begin;  // lowest address: the first byte of the guard
  const char* stack_end;
  std::size_t guard_size;
};

// Signs of life of one thread, for readers on another one.
class Heartbeat {
 public:
  struct View {
    std::uint64_t beats;
    const char* test_class;
    const char* test_name;  // null: no test runs
  };

  // The two are called by the thread itself.
  void beat() { beats_.store(beats_.load(std::memory_order_relaxed) + 1, std::memory_order_relaxed); }
  void enter(const Running* running);

  // From any thread. The names belong to each other when `beats` has not changed since the look before.
  View look() const;

 private:
  std::atomic<std::uint64_t> beats_{0};
  std::atomic<const char*> test_class_{nullptr};
  std::atomic<const char*> test_name_{nullptr};
};

namespace detail {
extern constinit thread_local const Running* this_thread_runs;
extern constinit thread_local Heartbeat* this_thread_beats;
}  // namespace detail

inline void Heartbeat::enter(const Running* running) {
  beat();
  test_class_.store(running ? running->test_class : nullptr, std::memory_order_release);
  test_name_.store(running ? running->test_name : nullptr, std::memory_order_release);
}

inline Heartbeat::View Heartbeat::look() const {
  const char* name = test_name_.load(std::memory_order_acquire);
  const char* test_class = test_class_.load(std::memory_order_acquire);
  return {beats_.load(std::memory_order_relaxed), test_class, name};
}

// The calling thread now runs this test; null: none. Called at every switch of a fiber: a few plain stores.
inline void set_running(const Running* running) {
  detail::this_thread_runs = running;
  if (Heartbeat* heartbeat = detail::this_thread_beats) heartbeat->enter(running);
}

inline const Running* running() { return detail::this_thread_runs; }

}  // namespace loads::guard
