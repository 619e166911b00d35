#include "engine/guard/backtrace.h"

#include <cxxabi.h>
#include <dlfcn.h>
#include <execinfo.h>
#include <semaphore.h>
#include <signal.h>
#include <ucontext.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <chrono>
#include <cstdint>
#include <cstdlib>
#include <ctime>
#include <memory>
#include <sstream>

namespace loads::guard {
namespace {

// On a busy machine a thread waits for its processor before it answers. The watchdog holds its mutex meanwhile, so that a worker's main
// thread may stand still, too: its parent kills it after ten seconds of silence, its agent after fifteen.
constexpr std::chrono::seconds kPatience{2};

void* interrupted_instruction(const void* context) {
  const auto& machine = static_cast<const ucontext_t*>(context)->uc_mcontext;
#if defined(__x86_64__)
  return reinterpret_cast<void*>(machine.gregs[REG_RIP]);  // NOLINT(performance-no-int-to-ptr)
#elif defined(__aarch64__)
  return reinterpret_cast<void*>(machine.pc);  // NOLINT(performance-no-int-to-ptr)
#else
#error "the register that holds the next instruction is not known for this machine"
#endif
}

// A question to a thread, answered in its signal handler. The state says whose the answer's memory is, so that a late answer harms nobody.
struct Question {
  enum State : int { nobodys, asked, being_answered, answered };

  std::atomic<int> state{nobodys};
  std::atomic<pthread_t> thread{};
  Backtrace answer;
  sem_t ready{};
};

Question question;

void answer_question(int, siginfo_t*, void* context) {
  const int saved_errno = errno;
  int expected = Question::asked;
  if (pthread_equal(question.thread.load(), pthread_self()) && question.state.compare_exchange_strong(expected, Question::being_answered)) {
    capture(question.answer, context);
    question.state = Question::answered;
    sem_post(&question.ready);
  }
  errno = saved_errno;
}

bool install_answering() {
  warm_up_backtraces();
  sem_init(&question.ready, 0, 0);
  struct sigaction action {};
  action.sa_sigaction = answer_question;
  action.sa_flags = SA_SIGINFO | SA_RESTART | SA_ONSTACK;
  sigfillset(&action.sa_mask);
  return sigaction(SIGURG, &action, nullptr) == 0;
}

void wait_for_answer() {
  timespec until{};
  clock_gettime(CLOCK_REALTIME, &until);
  until.tv_sec += kPatience.count();
  while (sem_timedwait(&question.ready, &until) != 0 && errno == EINTR) {
  }
  int expected = Question::asked;
  if (question.state.compare_exchange_strong(expected, Question::nobodys)) return;  // no answer came, and none will
  while (question.state.load() != Question::answered) sem_wait(&question.ready);    // it came at the last moment
}

std::string describe_frame(void* frame) {
  std::ostringstream out;
  Dl_info info{};
  if (dladdr(frame, &info) == 0 || info.dli_fname == nullptr) {
    out << frame;
    return out.str();
  }
  const std::string file = info.dli_fname;
  if (info.dli_sname != nullptr) {
    const std::unique_ptr<char, decltype(&std::free)> readable(abi::__cxa_demangle(info.dli_sname, nullptr, nullptr, nullptr), &std::free);
    out << (readable ? readable.get() : info.dli_sname) << " in ";
  }
  out << file.substr(file.rfind('/') + 1) << "+0x" << std::hex
      << reinterpret_cast<std::uintptr_t>(frame) - reinterpret_cast<std::uintptr_t>(info.dli_fbase);
  return out.str();
}

}  // namespace

void warm_up_backtraces() {
  std::array<void*, 2> frames{};
  backtrace(frames.data(), static_cast<int>(frames.size()));
}

void capture(Backtrace& out, const void* context) {
  constexpr std::size_t kHandlerFrames = 8;
  std::array<void*, Backtrace::kMostFrames + kHandlerFrames> frames{};
  const int count = backtrace(frames.data(), static_cast<int>(frames.size()));
  const auto end = frames.begin() + std::max(count, 0);
  const auto interrupted = std::find(frames.begin(), end, interrupted_instruction(context));
  const auto first = interrupted == end ? frames.begin() : interrupted;
  out.count = std::min<std::size_t>(static_cast<std::size_t>(end - first), out.frames.size());
  std::copy_n(first, out.count, out.frames.begin());
}

Backtrace backtrace_of(pthread_t thread) {
  static const bool installed = install_answering();
  if (!installed) return {};
  question.answer.count = 0;
  question.thread = thread;
  question.state = Question::asked;
  if (pthread_kill(thread, SIGURG) != 0) {
    question.state = Question::nobodys;
    return {};
  }
  wait_for_answer();
  if (question.state.exchange(Question::nobodys) != Question::answered) return {};
  while (sem_trywait(&question.ready) == 0) {
  }
  return question.answer;
}

std::vector<std::string> describe(const Backtrace& backtrace) {
  std::vector<std::string> lines;
  for (std::size_t i = 0; i < backtrace.count; ++i) lines.push_back(describe_frame(backtrace.frames[i]));
  return lines;
}

}  // namespace loads::guard
