#pragma once

#include <functional>
#include <future>

namespace loads::user {

struct Context;

// Where the threads of a share run when they are not of its own making, and what has to be done there round the engine: the interpreter of
// a language has a lock to let go of, and may want its tests on its main thread.
class Host {
 public:
  virtual ~Host() = default;

  // Runs `body`, which is the whole life of one thread of the share and does not throw. The future is ready when it has ended.
  virtual std::future<void> run(std::function<void()> body) = 0;

  // Called on such a thread before and after it waits.
  virtual void before_wait() = 0;
  virtual void after_wait() = 0;

  // Called on such a thread when it has done all its steps.
  virtual void at_end(Context& context) = 0;
};

}  // namespace loads::user
