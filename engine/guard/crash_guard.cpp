#include "engine/guard/crash_guard.h"

#include <execinfo.h>
#include <poll.h>
#include <pthread.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <system_error>

#include "common/failure.h"
#include "engine/guard/backtrace.h"
#include "engine/guard/running.h"
#include "engine/guard/signal_text.h"

namespace loads::guard {
namespace {

constexpr std::size_t kSignalStackSize = 128 * 1024;  // unwinding is not modest, a sanitizer's frames less so
constexpr std::size_t kFramesShown = 12;
constexpr std::chrono::seconds kProlonged{30};  // more than a step of a report takes: the others' rescue, files on a slow disk
constexpr int kFaults[] = {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT};

// All that the handlers share. Constant-initialized and never destroyed: a fault can come before main() and after it.
constinit std::atomic<bool> crash_begun{false};
constinit std::atomic<bool> crash_published{false};
constinit std::atomic<int> descriptor{-1};
constinit SignalText crash_text;  // written once, before crash_published
constinit std::chrono::milliseconds held_for{};
constinit std::atomic<std::chrono::steady_clock::rep> held_until{0};  // at least
constinit std::atomic<const char*> loading{nullptr};                  // the module whose globals are being made
pthread_t reporter;
constinit thread_local std::atomic<bool>* this_thread_is_held = nullptr;

void write_out(std::string_view text) {
  while (!text.empty()) {
    const ssize_t written = write(STDERR_FILENO, text.data(), text.size());
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) return;
    text.remove_prefix(static_cast<std::size_t>(written));
  }
}

std::string_view in_words(int signal, const siginfo_t& info) {
  switch (signal) {
    case SIGSEGV: return "segmentation fault";
    case SIGBUS: return "bus error";
    case SIGFPE: return info.si_code == FPE_INTDIV ? "division by zero" : "arithmetic error";
    case SIGILL: return "illegal instruction";
    default: return "abort";
  }
}

bool has_address(int signal, const siginfo_t& info) { return (signal == SIGSEGV || signal == SIGBUS) && info.si_code > 0; }

bool is_stack_overflow(int signal, const siginfo_t& info, const Running& test) {
  if (!has_address(signal, info)) return false;
  const auto address = reinterpret_cast<std::uintptr_t>(info.si_addr);
  const auto guard = reinterpret_cast<std::uintptr_t>(test.stack_begin);
  return address >= guard && address < guard + test.guard_size;
}

void describe_crash(SignalText& out, int signal, const siginfo_t& info, const Running& test) {
  const bool overflow = is_stack_overflow(signal, info, test);
  out << (overflow ? "stack overflow" : in_words(signal, info)) << " in test " << test.test_class << "." << test.test_name;
  if (overflow) {
    out << ": its " << static_cast<std::uint64_t>(test.stack_end - test.stack_begin) / 1024 << " KiB stack is full";
  } else if (has_address(signal, info)) {
    out << ": access to address ";
    out.hex(reinterpret_cast<std::uintptr_t>(info.si_addr));
  }
}

void write_backtrace(const void* context) {
  Backtrace backtrace;
  capture(backtrace, context);
  // The innermost frames say where; of a recursion without end more would say nothing new.
  const std::size_t shown = std::min(backtrace.count, kFramesShown);
  backtrace_symbols_fd(backtrace.frames.data(), static_cast<int>(shown), STDERR_FILENO);
}

std::chrono::steady_clock::time_point prolonged_hold() {
  return std::chrono::steady_clock::time_point(std::chrono::steady_clock::duration(held_until.load()));
}

void note_hold() {
  if (this_thread_is_held != nullptr) this_thread_is_held->store(true);
}

[[noreturn]] void hold_then_exit() {
  note_hold();
  if (!pthread_equal(pthread_self(), reporter)) {
    // Not nanosleep(): in a test that is a wait of the virtual user (engine/user/sleep.cpp).
    const auto least = std::chrono::steady_clock::now() + held_for;
    while (std::chrono::steady_clock::now() < std::max(least, prolonged_hold())) poll(nullptr, 0, 10);
  }
  _exit(exit_code::cannot_load);
}

void publish_crash() {
  note_hold();  // before anybody looks
  crash_published.store(true, std::memory_order_release);
  const std::uint64_t one = 1;
  if (write(descriptor, &one, sizeof one) < 0) _exit(exit_code::cannot_load);
}

[[noreturn]] void report_crash(int signal, const siginfo_t& info, const Running& test, const void* context) {
  if (crash_begun.exchange(true)) hold_then_exit();  // another test has crashed already: one report is enough
  describe_crash(crash_text, signal, info, test);
  write_out("\n");
  write_out(crash_text.view());
  write_out("\n");
  write_backtrace(context);
  publish_crash();
  hold_then_exit();
}

[[noreturn]] void report_crash_of(const char* module, int signal, const siginfo_t& info, const void* context) {
  SignalText text;
  write_out("\n");
  write_backtrace(context);
  text << "\n" << in_words(signal, info) << " (SIG" << sigabbrev_np(signal) << ") while " << module << " was loaded\n";
  write_out(text.view());
  _exit(exit_code::cannot_load);
}

[[noreturn]] void report_internal_error(int signal, const siginfo_t& info, const void* context) {
  SignalText text;
  text << "\ninternal error: " << in_words(signal, info) << "\n";
  write_out(text.view());
  write_backtrace(context);
  _exit(exit_code::internal);
}

// exit() in a test would end the run without a report. It has run the destructors of the thread's own objects when it comes here, but no
// others.
void note_exit() {
  const Running* test = running();
  if (test == nullptr) return;
  if (crash_begun.exchange(true)) hold_then_exit();
  crash_text << "exit() was called in test " << test->test_class << "." << test->test_name;
  write_out("\n");
  write_out(crash_text.view());
  write_out("\n");
  publish_crash();
  hold_then_exit();
}

// Every thread that calls exit() takes one of the handlers away; the first that found none would end the process under the others.
bool register_note_exit() {
  constexpr int kThreads = 256;
  bool registered = true;
  for (int i = 0; i < kThreads; ++i) registered = std::atexit(note_exit) == 0 && registered;
  return registered;
}

void handle_fault(int signal, siginfo_t* info, void* context) {
  if (const Running* test = running()) report_crash(signal, *info, *test, context);
  if (const char* module = loading) report_crash_of(module, signal, *info, context);
  report_internal_error(signal, *info, context);
}

}  // namespace

void install_crash_guard(std::chrono::milliseconds patience) {
  warm_up_backtraces();
  reporter = pthread_self();
  held_for = patience;
  if (descriptor < 0) descriptor = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
  if (descriptor < 0) throw std::system_error(errno, std::generic_category(), "eventfd");
  struct sigaction action {};
  action.sa_sigaction = handle_fault;
  action.sa_flags = SA_SIGINFO | SA_ONSTACK;
  sigfillset(&action.sa_mask);
  for (const int fault : kFaults) sigaction(fault, &action, nullptr);
  [[maybe_unused]] static const bool installed = register_note_exit();
}

void prolong_hold() { held_until = (std::chrono::steady_clock::now() + kProlonged).time_since_epoch().count(); }

HoldNotice::HoldNotice(std::atomic<bool>& held) { this_thread_is_held = &held; }
HoldNotice::~HoldNotice() { this_thread_is_held = nullptr; }

LoadingModule::LoadingModule(const char* name) { loading = name; }
LoadingModule::~LoadingModule() { loading = nullptr; }

int crash_descriptor() { return descriptor; }

std::optional<std::string> crashed() {
  if (!crash_published.load(std::memory_order_acquire)) return std::nullopt;
  return std::string(crash_text.view());
}

ThreadSignalStack::ThreadSignalStack() : memory_(new char[kSignalStackSize]) {
  stack_t stack{};
  stack.ss_sp = memory_.get();
  stack.ss_size = kSignalStackSize;
  if (sigaltstack(&stack, &before_) != 0) throw std::system_error(errno, std::generic_category(), "sigaltstack");
}

// What was there before is put back: a sanitizer frees its own stack when the thread ends, and would free this one.
ThreadSignalStack::~ThreadSignalStack() { sigaltstack(&before_, nullptr); }

}  // namespace loads::guard
