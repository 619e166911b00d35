#include "runner/attempts.h"

namespace loads::runner {

void Attempts::make(const std::function<void()>& what) {
  try {
    what();
  } catch (const Failure& failure) {
    if (failed_) {
      failed_.emplace(failed_->code(), failed_->what() + std::string(" ") + failure.what(), failed_->id());
    } else {
      failed_ = failure;
    }
  }
}

void Attempts::settle() const {
  if (failed_) throw Failure(*failed_);
}

}  // namespace loads::runner
