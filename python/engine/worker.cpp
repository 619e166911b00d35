#include "python/engine/worker.h"

#include <pthread.h>

#include <csignal>
#include <memory>
#include <thread>
#include <utility>

#include "common/environment.h"
#include "common/program.h"
#include "engine/guard/crash_guard.h"
#include "engine/user/thread_share.h"
#include "python/engine/case.h"
#include "python/engine/errors.h"
#include "python/engine/greenlets.h"
#include "python/engine/loading.h"
#include "python/engine/main_thread.h"
#include "runner/worker/interrupts.h"
#include "runner/worker/worker.h"

namespace loads::python {
namespace {

std::unique_ptr<user::Share> make_share(const std::shared_ptr<MainThread>& main, runner::ShareWork work) {
  auto tests = main->call([&] {
    prepare_for_crashes();
    if (work.settings.patching) patch_library();
    auto loaded = load_tests(work.test);
    load_session();
    join_gevent();
    return loaded;
  });
  work.settings.threads = 1;
  work.settings.host = main;
  return std::make_unique<user::ThreadShare>(std::move(work.plan), std::move(tests), std::move(work.settings), std::move(work.sink),
                                             std::move(work.step_done));
}

int work(const std::shared_ptr<MainThread>& main) {
  char name[] = "loads.worker";
  char* arguments[] = {name, nullptr};
  return run_program(name, 1, arguments, [&](const auto&) {
    guard::install_crash_guard();
    return runner::run_worker(this_environment(), [&](runner::ShareWork work) { return make_share(main, std::move(work)); });
  });
}

// Ctrl-C in the terminal is the business of the process that has started this one, which has them blocked until here.
void leave_interrupts_to_parent() {
  runner::ignore_interrupts();
  sigset_t interrupts;
  ::sigemptyset(&interrupts);
  for (const int number : {SIGINT, SIGTERM}) ::sigaddset(&interrupts, number);
  ::pthread_sigmask(SIG_UNBLOCK, &interrupts, nullptr);
}

PyObject* run_worker(PyObject*, PyObject*) {
  return called_by_python([] {
    leave_interrupts_to_parent();
    greenlets::import();
    prepare_cases();
    const auto main = std::make_shared<MainThread>();
    int code = 0;
    std::thread talk([&] {
      code = work(main);
      main->end();
    });
    main->serve();
    talk.join();
    return checked(PyLong_FromLong(code));
  });
}

}  // namespace

PyMethodDef worker_functions[] = {
    {"run_worker", run_worker, METH_NOARGS, "The life of a worker process; gives its exit code."},
    {nullptr, nullptr, 0, nullptr},
};

}  // namespace loads::python
