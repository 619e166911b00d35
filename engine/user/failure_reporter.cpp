#include "engine/user/failure_reporter.h"

#include "engine/user/virtual_user.h"

namespace loads::user {

void FailureReporter::ReportTestPartResult(const testing::TestPartResult& result) {
  VirtualUser* user = VirtualUser::current();
  if (user == nullptr) return;
  if (result.skipped()) {
    user->note_skip();
  } else if (result.failed()) {
    user->note_failure(result.fatally_failed(), result.file_name() != nullptr ? result.file_name() : "", result.line_number(),
                       result.message());
  }
}

}  // namespace loads::user
