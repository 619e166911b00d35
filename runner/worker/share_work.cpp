#include "runner/worker/share_work.h"

#include <utility>

#include "engine/user/thread_share.h"
#include "runner/worker/ordered_test.h"

namespace loads::runner {

std::unique_ptr<user::Share> make_thread_share(ShareWork work) {
  auto tests = load_ordered_test(work.test);
  return thread_share_of(std::move(tests))(std::move(work));
}

MakeShare thread_share_of(std::vector<const user::TestInfo*> tests) {
  return [tests = std::move(tests)](ShareWork work) {
    return std::make_unique<user::ThreadShare>(std::move(work.plan), tests, std::move(work.settings), std::move(work.sink),
                                               std::move(work.step_done));
  };
}

}  // namespace loads::runner
