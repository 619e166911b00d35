#include "python/engine/signal.h"

#include <memory>
#include <mutex>
#include <thread>
#include <utility>

#include "python/engine/this_user.h"
#include "python/engine/twin.h"
#include "python/engine/types.h"
#include "python/engine/values.h"

namespace loads::python {
namespace {

// Lives as long as somebody may give it. The loop is known while the fiber waits alone: when that has ended it may be gone.
class Signal {
 public:
  bool wait(fiber::Loop& loop, fiber::TimePoint deadline) {
    const Waiting waiting(*this, loop);
    loop.set_deadline(deadline);
    while (!is_given() && loop.park()) {
    }
    loop.set_deadline(fiber::kNever);
    return is_given();
  }

  static void give(const std::shared_ptr<Signal>& signal) {
    const std::lock_guard lock(signal->mutex_);
    signal->given_ = true;
    if (signal->loop_ == nullptr) return;
    if (signal->thread_ == std::this_thread::get_id()) return signal->loop_->wake(*signal->fiber_);
    signal->loop_->post([signal] {
      const std::lock_guard again(signal->mutex_);
      if (signal->loop_ != nullptr) signal->loop_->wake(*signal->fiber_);
    });
  }

 private:
  class Waiting {
   public:
    Waiting(Signal& signal, fiber::Loop& loop) : signal_(signal) {
      const std::lock_guard lock(signal_.mutex_);
      signal_.fiber_ = loop.running();
      signal_.thread_ = std::this_thread::get_id();
      signal_.loop_ = &loop;
    }
    ~Waiting() {
      const std::lock_guard lock(signal_.mutex_);
      signal_.loop_ = nullptr;
    }
    Waiting(const Waiting&) = delete;
    Waiting& operator=(const Waiting&) = delete;

   private:
    Signal& signal_;
  };

  bool is_given() {
    const std::lock_guard lock(mutex_);
    return given_;
  }

  std::mutex mutex_;  // guards all below
  bool given_ = false;
  fiber::Loop* loop_ = nullptr;
  fiber::Fiber* fiber_ = nullptr;
  std::thread::id thread_;
};

using SignalPointer = std::shared_ptr<Signal>;

PyObject* make_signal(PyTypeObject* type, PyObject*, PyObject*) {
  return called_by_python([&] { return boxed(type, std::make_shared<Signal>()); });
}

PyObject* wait(PyObject* self, PyObject* timeout) {
  return called_by_python([&] {
    const auto time = seconds_of(timeout);
    const fiber::TimePoint deadline = time ? fiber::Clock::now() + *time : fiber::kNever;
    fiber::Loop* const loop = &this_user().context().loop;
    const auto given = std::make_shared<bool>(false);
    Twin::perform([signal = unboxed<SignalPointer>(self), loop, deadline, given] { *given = signal->wait(*loop, deadline); });
    return Object::borrowed(*given ? Py_True : Py_False);
  });
}

PyObject* give(PyObject* self, PyObject*) {
  Signal::give(unboxed<SignalPointer>(self));
  Py_RETURN_NONE;
}

PyMethodDef methods[] = {
    {"wait", wait, METH_O, "wait(timeout): whether it was given in time."},
    {"give", give, METH_NOARGS, "From any thread."},
    {nullptr, nullptr, 0, nullptr},
};
PyType_Slot slots[] = {
    {Py_tp_doc, const_cast<char*>("What one virtual user waits for, once.")},
    {Py_tp_new, reinterpret_cast<void*>(make_signal)},
    {Py_tp_methods, methods},
    {Py_tp_dealloc, reinterpret_cast<void*>(deallocate<SignalPointer>)},
    {0, nullptr},
};
PyType_Spec spec{"loads._engine.Signal", sizeof(Boxed<SignalPointer>), 0, Py_TPFLAGS_DEFAULT, slots};

}  // namespace

PyObject* make_signal_type(PyObject* module) { return PyType_FromModuleAndSpec(module, &spec, nullptr); }

}  // namespace loads::python
