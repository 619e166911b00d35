#include "python/engine/twin.h"

#include "python/engine/errors.h"
#include "python/engine/forked.h"
#include "python/engine/gevent.h"
#include "python/engine/greenlets.h"
#include "python/engine/this_user.h"

namespace loads::python {
namespace {

thread_local Twin* entered = nullptr;

}  // namespace

// A fiber whose code runs elsewhere. Lives as long as one of those who know it.
struct Twin::Parked {
  fiber::Fiber* fiber = nullptr;  // while it waits
  bool goes_on = false;

  void wait(fiber::Loop& loop) {
    const std::shared_ptr<void> gone(nullptr, [this](void*) { fiber = nullptr; });
    fiber = loop.running();
    loop.set_deadline(fiber::kNever);
    while (!goes_on) loop.park();
  }

  static void let_go(const std::shared_ptr<Parked>& parked, fiber::Loop& loop) {
    parked->goes_on = true;
    loop.post([parked, &loop] {
      if (parked->fiber != nullptr) loop.wake(*parked->fiber);
    });
  }
};

void Twin::Brought::take(const Object& value) {
  if (value || type_ != nullptr) return PyErr_Clear();
  PyErr_Fetch(&type_, &error_, &trace_);
}

void Twin::Brought::raise() {
  if (type_ == nullptr) return;
  PyErr_Restore(std::exchange(type_, nullptr), std::exchange(error_, nullptr), std::exchange(trace_, nullptr));
  throw ErrorSet{};
}

void Twin::Brought::forget() {
  if (type_ == nullptr) return;
  PyErr_Restore(std::exchange(type_, nullptr), std::exchange(error_, nullptr), std::exchange(trace_, nullptr));
  PyErr_Clear();
}

Twin* Twin::current() { return entered; }

void Twin::leave_to_parent() { entered = nullptr; }

// A greenlet that is left for good would be ended by an exception that is thrown into it, at a time that nobody knows.
Twin::~Twin() {
  if (!greenlet_) return;
  loop_.run_outside([this] {
    state_ = State::ending;
    enter();
    greenlet_ = left_ = hub_ = {};
  });
}

Object Twin::run(PyObject* callable, PyObject* argument, std::string* error) {
  callable_ = callable;
  argument_ = argument;
  state_ = State::busy;
  error_.clear();
  while (true) {
    loop_.run_outside([this] { enter(); });
    serve_all();
    if (state_ != State::busy) break;
  }
  if (std::exchange(cancelled_, false)) {
    loop_.run_outside([this] { result_ = {}; });
    throw fiber::Cancelled{};
  }
  if (error != nullptr) *error = std::move(error_);
  return std::move(result_);
}

// While the one is done the code may go on in gevent's turn, and have asked for the next.
void Twin::serve_all() {
  while (operation_.call != nullptr) serve(std::exchange(operation_, {}));
}

void Twin::serve(Kept kept) {
  try {
    kept.call(kept.operation);
  } catch (const fiber::Cancelled&) {
    cancelled_ = true;
    trouble_ = std::current_exception();
  } catch (...) {
    trouble_ = std::current_exception();
  }
}

// On the thread's stack from here on.

void Twin::make_greenlet() {
  static PyMethodDef body{"virtual_user", greenlet_body, METH_NOARGS, nullptr};
  const Object capsule = checked(PyCapsule_New(this, nullptr, nullptr));
  const Object function = checked(PyCFunction_New(&body, capsule.get()));
  greenlet_ = greenlets::make(function.get(), hub_.get());
}

void Twin::enter() {
  Twin* const before = std::exchange(entered, this);
  try {
    hub_ = greenlets::current();
    if (!greenlet_) make_greenlet();
    resumed_ = true;
    greenlets::switch_to(left_ ? left_.get() : greenlet_.get());
  } catch (const ErrorSet&) {
    error_ = take_error_text();
    state_ = State::idle;
  }
  entered = before;
}

// Back when the engine has the code go on. Somebody else who switches to it meanwhile is sent away; what he throws is raised later.
void Twin::leave() {
  PyObject* const to = leave_hub();
  left_ = greenlets::current();
  resumed_ = false;
  Object got = greenlets::exchange_with(to);
  while (!resumed_) {
    brought_.take(got);
    if (gevent::hub() == nullptr) return;
    got = greenlets::exchange_with(gevent::hub());
  }
}

// Where the code came from: the engine, or the hub of gevent, in whose turn the fiber is parked, and is to go on now.
PyObject* Twin::leave_hub() {
  if (!in_hub_) return hub_.get();
  in_hub_ = false;
  entered = nullptr;
  user::VirtualUser::enter(nullptr);
  Parked::let_go(parked_, loop_);
  return gevent::hub();
}

// What a signal has raised meanwhile is raised though the operation was done before it could be cancelled.
void Twin::perform_alone(Kept kept) {
  kept.call(kept.operation);
  if (raise_interruption()) throw ErrorSet{};
}

void Twin::perform_kept(Kept kept) {
  Twin* const twin = entered;
  if (twin == nullptr) return perform_alone(kept);
  twin->operation_ = kept;
  twin->leave();
  if (twin->trouble_) std::rethrow_exception(std::exchange(twin->trouble_, nullptr));
  twin->brought_.raise();
}

Object Twin::await_switch() {
  Twin& twin = *entered;
  return twin.in_hub_ ? twin.stay_in_hub() : twin.go_to_hub();
}

// The fiber is parked for as long as the code runs in gevent's turns.
Object Twin::go_to_hub() {
  user_ = user::VirtualUser::current();
  parked_ = std::make_shared<Parked>();
  park_ = [parked = parked_, this] { parked->wait(loop_); };
  operation_ = kept(park_);
  left_ = greenlets::current();
  resumed_ = false;
  return arrive(greenlets::exchange_with(hub_.get()));
}

Object Twin::stay_in_hub() {
  entered = nullptr;
  user::VirtualUser::enter(nullptr);
  left_ = greenlets::current();
  resumed_ = false;
  return arrive(greenlets::exchange_with(gevent::hub()));
}

Object Twin::arrive(Object got) {
  in_hub_ = !resumed_;
  if (resumed_) {  // the fiber was cancelled
    if (trouble_) std::rethrow_exception(std::exchange(trouble_, nullptr));
    return got;
  }
  entered = this;
  user::VirtualUser::enter(user_);
  if (!got) throw ErrorSet{};
  return got;
}

PyObject* Twin::greenlet_body(PyObject* capsule, PyObject*) {
  Twin& twin = *static_cast<Twin*>(PyCapsule_GetPointer(capsule, nullptr));
  return called_by_python([&] {
    while (twin.state_ != State::ending) {
      twin.call();
      end_if_forked(static_cast<bool>(twin.result_));
      twin.leave();
      twin.brought_.forget();
    }
    return none();
  });
}

void Twin::call() {
  result_ = Object::owned(PyObject_CallFunctionObjArgs(callable_, argument_, nullptr));
  if (!result_) error_ = take_error_text();
  state_ = State::idle;
}

}  // namespace loads::python
