#pragma once

#include "common/descriptor.h"

namespace loads::runner {

// Ends another thread's poll(): that thread polls descriptor() for reading, and calls take() before it looks for what there is to do.
class WakeUp {
 public:
  WakeUp();  // throws Failure(local_resource)

  int descriptor() const { return event_.get(); }
  void call() const;  // from any thread
  bool take() const;  // whether it was called since the last time

 private:
  Descriptor event_;
};

}  // namespace loads::runner
