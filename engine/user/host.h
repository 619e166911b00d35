#pragma once

#include <pthread.h>

#include <functional>
#include <future>
#include <string>
#include <vector>

namespace loads::user {

struct Context;

// Where the threads of a share run when they are not of its own making, and what has to be done there round the engine: the interpreter of
// a language has a lock to let go of, and may want its tests on its main thread.
class Host {
 public:
  virtual ~Host() = default;

  // Runs `body`, which is the whole life of one thread of the share and does not throw. The future is ready when it has ended.
  virtual std::future<void> run(std::function<void()> body) = 0;

  // Called on such a thread before it waits in its loop, for `descriptor` to be readable and for `timeout` milliseconds at most (-1: for
  // ever): does it in another way, and gives the timeout that is left; or gives it back. before_wait() follows.
  virtual int wait(int descriptor, int timeout) = 0;

  // Called on such a thread before and after it waits.
  virtual void before_wait() = 0;
  virtual void after_wait() = 0;

  // Where such a thread is, in lines of text, the innermost first: in the words of the tests' language. From any thread.
  virtual std::vector<std::string> locate(pthread_t thread) = 0;

  // Called on such a thread when it has done all its steps.
  virtual void at_end(Context& context) = 0;
};

}  // namespace loads::user
