#pragma once

#include <signal.h>

#include <atomic>
#include <chrono>
#include <memory>
#include <optional>
#include <string>

namespace loads::guard {

// Names the test that crashes the process (SIGSEGV, SIGBUS, SIGFPE, SIGILL and SIGABRT) or ends it by exit().
//
// On a thread that runs a test (set_running) the handler writes what happened and a backtrace to stderr, publishes the text, and holds the
// thread for a while, so that the thread that installed the guard can print what was counted so far and exit; if it does not, the process
// ends with exit code 3. On a thread that runs none the fault is ours: "internal error: ..." and exit code 70. The handler uses what is
// safe in one.

// Once, early in main(), on the thread that will report. `patience`: how long a crashed thread is held when nobody asks for more.
void install_crash_guard(std::chrono::milliseconds patience = std::chrono::seconds(5));

// Has crashed threads held for 30 s from now: called by the thread that reports, when it begins, and again as long as it gets on. Should it
// stand still for a lock that a crashed thread holds, the process still ends.
void prolong_hold();

// Readable (poll) from the moment a test has crashed; -1 before the guard is installed.
int crash_descriptor();

// "stack overflow in test TestWebSite.test_deep: its 256 KiB stack is full", once a test has crashed. From any thread.
std::optional<std::string> crashed();

// While it lives, a crash outside of a test is that of the module `name`, whose globals are made by the dynamic linker: exit code 3.
class LoadingModule {
 public:
  explicit LoadingModule(const char* name);  // lives longer
  ~LoadingModule();
  LoadingModule(const LoadingModule&) = delete;
  LoadingModule& operator=(const LoadingModule&) = delete;
};

// While it lives, `held` is set when the calling thread is held: no more of its test runs in this process's life. Made and destroyed on
// that thread.
class HoldNotice {
 public:
  explicit HoldNotice(std::atomic<bool>& held);
  ~HoldNotice();
  HoldNotice(const HoldNotice&) = delete;
  HoldNotice& operator=(const HoldNotice&) = delete;
};

// The stack on which the handlers run; without it an overflow of the thread's own stack cannot be reported. One per thread, made and
// destroyed on it.
class ThreadSignalStack {
 public:
  ThreadSignalStack();
  ~ThreadSignalStack();
  ThreadSignalStack(const ThreadSignalStack&) = delete;
  ThreadSignalStack& operator=(const ThreadSignalStack&) = delete;

 private:
  std::unique_ptr<char[]> memory_;
  stack_t before_{};
};

}  // namespace loads::guard
