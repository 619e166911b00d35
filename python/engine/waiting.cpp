#include "python/engine/waiting.h"

#include <fcntl.h>
#include <poll.h>

#include <algorithm>
#include <cerrno>
#include <memory>
#include <vector>

#include "common/descriptor.h"
#include "python/engine/this_user.h"
#include "python/engine/twin.h"
#include "python/engine/values.h"

namespace loads::python {
namespace {

// Descriptors of others, some of which may be in the loop already: it is given copies of its own.
class Waiting {
 public:
  Waiting(std::vector<pollfd> polled, fiber::TimePoint deadline) : polled_(std::move(polled)), deadline_(deadline) {}

  const std::vector<pollfd>& polled() const { return polled_; }

  void wait(fiber::Loop& loop) {
    if (look() || deadline_ <= fiber::Clock::now()) return;
    const std::shared_ptr<void> forget(nullptr, [&](void*) { unwatch(loop); });
    watch(loop);
    loop.set_deadline(deadline_);
    while (!look() && loop.park()) rearm();
    loop.set_deadline(fiber::kNever);
  }

 private:
  struct Copy {
    Descriptor descriptor;
    fiber::Watch watch;
  };

  // Whether one is ready, or no descriptor at all: what they are ready for is in polled() then.
  bool look() { return ::poll(polled_.data(), polled_.size(), 0) != 0; }

  void watch(fiber::Loop& loop) {
    for (const pollfd& one : polled_) {
      auto copy = std::make_unique<Copy>();
      copy->descriptor = Descriptor(::fcntl(one.fd, F_DUPFD_CLOEXEC, 0));
      copy->watch.reader = copy->watch.writer = loop.running();
      if ((one.events & POLLIN) == 0) copy->watch.reader = nullptr;
      if ((one.events & POLLOUT) == 0) copy->watch.writer = nullptr;
      copies_.push_back(std::move(copy));
      loop.watch(copies_.back()->descriptor.get(), copies_.back()->watch);
    }
  }

  void unwatch(fiber::Loop& loop) {
    for (const auto& copy : copies_) loop.unwatch(copy->descriptor.get());
    copies_.clear();
  }

  void rearm() {
    for (const auto& copy : copies_) copy->watch.readable = copy->watch.writable = false;
  }

  std::vector<pollfd> polled_;
  const fiber::TimePoint deadline_;
  std::vector<std::unique_ptr<Copy>> copies_;
};

std::vector<pollfd> polled_from(PyObject* pairs) {
  std::vector<pollfd> polled;
  for_each(pairs, [&](PyObject* pair) {
    int descriptor = -1;
    short events = 0;
    if (PyArg_ParseTuple(pair, "ih", &descriptor, &events) == 0) throw ErrorSet{};
    polled.push_back({descriptor, events, 0});
  });
  return polled;
}

Object ready_ones(const std::vector<pollfd>& polled) {
  Object list = checked(PyList_New(0));
  for (const pollfd& one : polled) {
    if (one.revents == 0) continue;
    const Object pair = checked(Py_BuildValue("(ih)", one.fd, one.revents));
    if (PyList_Append(list.get(), pair.get()) != 0) throw ErrorSet{};
  }
  return list;
}

PyObject* wait_for_descriptors(PyObject*, PyObject* arguments) {
  return called_by_python([&] {
    PyObject *pairs = nullptr, *timeout = nullptr;
    if (PyArg_ParseTuple(arguments, "OO", &pairs, &timeout) == 0) throw ErrorSet{};
    const auto time = seconds_of(timeout);
    const auto waiting = std::make_shared<Waiting>(polled_from(pairs), time ? fiber::Clock::now() + *time : fiber::kNever);
    fiber::Loop* const loop = &this_user().context().loop;
    Twin::perform([waiting, loop] { waiting->wait(*loop); });
    return ready_ones(waiting->polled());
  });
}

}  // namespace

PyMethodDef waiting_functions[] = {
    {"wait_for_descriptors", wait_for_descriptors, METH_VARARGS, "wait_for_descriptors(pairs, timeout): the pairs that are ready."},
    {nullptr, nullptr, 0, nullptr},
};

}  // namespace loads::python
