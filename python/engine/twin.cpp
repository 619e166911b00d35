#include "python/engine/twin.h"

#include "python/engine/errors.h"
#include "python/engine/greenlets.h"

namespace loads::python {
namespace {

thread_local Twin* entered = nullptr;

}  // namespace

Twin* Twin::current() { return entered; }

// A greenlet that is left for good would be ended by an exception that is thrown into it, at a time that nobody knows.
Twin::~Twin() {
  if (!greenlet_) return;
  loop_.run_outside([this] {
    state_ = State::ending;
    enter();
    greenlet_ = {};
    hub_ = {};
  });
}

Object Twin::run(PyObject* callable, PyObject* argument, std::string* error) {
  callable_ = callable;
  argument_ = argument;
  state_ = State::busy;
  error_.clear();
  while (true) {
    loop_.run_outside([this] { enter(); });
    if (state_ != State::busy) break;
    serve();
  }
  if (std::exchange(cancelled_, false)) {
    loop_.run_outside([this] { result_ = {}; });
    throw fiber::Cancelled{};
  }
  if (error != nullptr) *error = std::move(error_);
  return std::move(result_);
}

void Twin::serve() {
  try {
    kept_.call(kept_.operation);
  } catch (const fiber::Cancelled&) {
    cancelled_ = true;
    trouble_ = std::current_exception();
  } catch (...) {
    trouble_ = std::current_exception();
  }
}

void Twin::perform_kept(Kept kept) {
  Twin* const twin = entered;
  if (twin == nullptr) return kept.call(kept.operation);
  twin->kept_ = kept;
  twin->leave();
  if (twin->trouble_) std::rethrow_exception(std::exchange(twin->trouble_, nullptr));
}

// On the thread's stack from here on.

void Twin::make_greenlet() {
  static PyMethodDef body{"virtual_user", greenlet_body, METH_NOARGS, nullptr};
  hub_ = greenlets::current();
  const Object capsule = checked(PyCapsule_New(this, nullptr, nullptr));
  const Object function = checked(PyCFunction_New(&body, capsule.get()));
  greenlet_ = greenlets::make(function.get(), hub_.get());
}

void Twin::enter() {
  Twin* const before = std::exchange(entered, this);
  try {
    if (!greenlet_) make_greenlet();
    greenlets::switch_to(greenlet_.get());
  } catch (const ErrorSet&) {
    error_ = take_error_text();
    state_ = State::idle;
  }
  entered = before;
}

void Twin::leave() { greenlets::switch_to(hub_.get()); }

PyObject* Twin::greenlet_body(PyObject* capsule, PyObject*) {
  Twin& twin = *static_cast<Twin*>(PyCapsule_GetPointer(capsule, nullptr));
  return called_by_python([&] {
    while (twin.state_ != State::ending) {
      twin.call();
      twin.leave();
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
