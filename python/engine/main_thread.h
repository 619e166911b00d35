#pragma once

#include <condition_variable>
#include <deque>
#include <functional>
#include <future>
#include <mutex>
#include <type_traits>

#include "engine/user/host.h"
#include "python/engine/python.h"
#include "python/engine/traces.h"

namespace loads::python {

// Python's main thread, which imports the tests and runs the virtual users: signals, asyncio and many a library want it to be that one.
// Other threads hand it what it is to do; it holds Python's lock while it does it, and not while it waits.
class MainThread final : public user::Host {
 public:
  // On the main thread, with Python's lock held: does what is handed over until end() was called and nothing is left.
  void serve();
  void end();  // from any thread

  std::future<void> run(std::function<void()> body) override;

  // From another thread: what `function` gives, or throws.
  template <typename Function>
  std::invoke_result_t<Function> call(Function function) {
    std::packaged_task<std::invoke_result_t<Function>()> task(std::move(function));
    auto result = task.get_future();
    hand_over([&task] { task(); });
    return result.get();
  }

  int wait(int descriptor, int timeout) override;
  void before_wait() override { state_ = PyEval_SaveThread(); }
  void after_wait() override { PyEval_RestoreThread(state_); }
  std::vector<std::string> locate(pthread_t thread) override { return python::locate(thread); }
  void at_end(user::Context& context) override;

 private:
  void hand_over(std::function<void()> task);
  std::function<void()> next();

  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<std::function<void()>> tasks_;
  bool ended_ = false;
  PyThreadState* state_ = nullptr;  // of the main thread, while it waits
};

}  // namespace loads::python
