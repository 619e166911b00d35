#pragma once

#include <cstdint>
#include <exception>
#include <functional>
#include <memory>
#include <string>
#include <utility>

#include "engine/fiber/loop.h"
#include "engine/user/virtual_user.h"
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
    perform_kept(kept(operation));
  }

  // From Python's code in the greenlet of a twin, when the test uses gevent: leaves it until gevent's hub switches to it, and gives what
  // that brings. The code then runs in the hub's turn, as greenlets of gevent do, while the fiber is parked, until it asks for an operation
  // or ends. Throws ErrorSet when an exception was brought.
  static Object await_switch();

  // Whose greenlet runs on this thread; null: none.
  static Twin* current();

  // In a process that was forked: its code is no twin's any more.
  static void leave_to_parent();

 private:
  enum class State : std::uint8_t { idle, busy, ending };

  // Something to call.
  struct Kept {
    void (*call)(void*) = nullptr;
    void* operation = nullptr;
  };

  struct Parked;
  // An exception that was thrown into the greenlet while it had to wait for the engine.
  class Brought {
   public:
    void take(const Object& value);
    void raise();
    void forget();

   private:
    PyObject *type_ = nullptr, *error_ = nullptr, *trace_ = nullptr;
  };

  template <typename Operation>
  static Kept kept(Operation& operation) {
    return {[](void* it) { (*static_cast<Operation*>(it))(); }, &operation};
  }
  static void perform_kept(Kept kept);
  static void perform_alone(Kept kept);
  static PyObject* greenlet_body(PyObject* capsule, PyObject* ignored);
  void make_greenlet();
  void enter();
  void leave();
  PyObject* leave_hub();
  Object go_to_hub();
  Object stay_in_hub();
  Object arrive(Object got);
  void serve_all();
  void serve(Kept kept);
  void call();

  fiber::Loop& loop_;
  Object hub_;  // the greenlet in which the loop runs
  Object greenlet_;
  Object left_;  // where the code was when it was left: a greenlet that it has made itself, maybe
  State state_ = State::idle;
  PyObject* callable_ = nullptr;  // the caller's
  PyObject* argument_ = nullptr;
  Object result_;
  std::string error_;
  Kept operation_;              // that is to be performed
  std::exception_ptr trouble_;  // that the operation threw
  bool cancelled_ = false;

  bool resumed_ = false;  // the last switch to the code was the engine's
  Brought brought_;
  bool in_hub_ = false;  // the code runs in a turn of gevent's hub
  user::VirtualUser* user_ = nullptr;
  std::shared_ptr<Parked> parked_;
  std::function<void()> park_;
};

}  // namespace loads::python
