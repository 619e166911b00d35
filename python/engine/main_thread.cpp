#include "python/engine/main_thread.h"

#include <memory>
#include <utility>

#include "python/engine/forked.h"
#include "python/engine/gevent.h"
#include "python/engine/last_user.h"
#include "python/engine/this_user.h"

namespace loads::python {

void MainThread::serve() {
  while (const auto task = next()) {
    task();
    end_if_forked(true);
  }
}

std::function<void()> MainThread::next() {
  before_wait();
  std::function<void()> task;
  {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [this] { return ended_ || !tasks_.empty(); });
    if (!tasks_.empty()) {
      task = std::move(tasks_.front());
      tasks_.pop_front();
    }
  }
  after_wait();
  return task;
}

void MainThread::end() {
  const std::lock_guard lock(mutex_);
  ended_ = true;
  changed_.notify_all();
}

void MainThread::hand_over(std::function<void()> task) {
  const std::lock_guard lock(mutex_);
  tasks_.push_back(std::move(task));
  changed_.notify_all();
}

std::future<void> MainThread::run(std::function<void()> body) {
  const auto task = std::make_shared<std::packaged_task<void()>>(std::move(body));
  hand_over([task] {
    const UsersRunHere users;
    (*task)();
  });
  return task->get_future();
}

int MainThread::wait(int descriptor, int timeout) { return gevent::wait(descriptor, timeout); }

void MainThread::at_end(user::Context& context) { tear_down_classes(context); }

}  // namespace loads::python
