#pragma once

#include <cstdint>
#include <exception>
#include <memory>
#include <string>
#include <utility>

#include "engine/fiber/loop.h"
#include "python/engine/object.h"

namespace loads::python {

// The two halves of a virtual user who is written in Python: his fiber, which does what the engine does, and a greenlet, in which the
// Python code runs. Python keeps its stack pointer and much else per thread, so its code cannot run on a fiber's stack; greenlets share the
// thread's own stack, piece by piece. The two take turns and never run at once:
//
//   fiber: run(call)  --- outside of the fiber, on the thread's stack ---> greenlet: call()
//   fiber: operation  <--- perform(operation), which leaves the greenlet ---
//   fiber             --- the operation has ended, maybe after other fibers' turns ---> greenlet goes on
//
// While the greenlet is left, what it has on the stack is somewhere else: an operation can use nothing of it. Belongs to the thread of its
// loop, whose holder also holds Python's lock; made and destroyed on its fiber.
class Twin {
 public:
  explicit Twin(fiber::Loop& loop) : loop_(loop) {}
  ~Twin();
  Twin(const Twin&) = delete;
  Twin& operator=(const Twin&) = delete;

  // On the fiber: calls `callable` with `argument` (null: without) in the greenlet, and does what it asks for meanwhile. Null when it
  // raised; `error` is then what it raised. Suspends. Throws Cancelled when the fiber was cancelled meanwhile, once the code has unwound.
  Object run(PyObject* callable, PyObject* argument, std::string* error = nullptr);

  // From Python's code, in the greenlet of a twin or in none: has `operation` done where it can suspend. It is moved to the heap, and must
  // own, or point to the heap, all that it uses. What it throws is thrown here.
  template <typename Operation>
  static void perform(Operation operation) {
    const auto kept = std::make_unique<Operation>(std::move(operation));
    perform_in_place(*kept);
  }
  // The same for one that is on the heap already.
  template <typename Operation>
  static void perform_in_place(Operation& operation) {
    perform_kept({[](void* kept) { (*static_cast<Operation*>(kept))(); }, &operation});
  }

  // Whose greenlet runs on this thread; null: none.
  static Twin* current();

 private:
  enum class State : std::uint8_t { idle, busy, ending };

  // Something to call.
  struct Kept {
    void (*call)(void*) = nullptr;
    void* operation = nullptr;
  };

  static void perform_kept(Kept kept);
  static PyObject* greenlet_body(PyObject* capsule, PyObject* ignored);
  void make_greenlet();
  void enter();
  void leave();
  void serve();
  void call();

  fiber::Loop& loop_;
  Object hub_;  // the greenlet in which the loop runs
  Object greenlet_;
  State state_ = State::idle;
  PyObject* callable_ = nullptr;  // the caller's
  PyObject* argument_ = nullptr;
  Object result_;
  std::string error_;
  Kept kept_;  // what is to be performed
  std::exception_ptr trouble_;  // that the operation threw
  bool cancelled_ = false;
};

}  // namespace loads::python
