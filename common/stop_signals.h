#pragma once

#include "common/descriptor.h"

namespace loads {

// SIGINT and SIGTERM of a service as something to wait for. Made on the main thread before others are: they inherit that the signals are
// blocked. What a process starts has to unblock them for itself.
class StopSignals {
 public:
  StopSignals();

  int descriptor() const { return descriptor_.get(); }  // readable when one came
  bool came();                                          // since the last call; does not wait

 private:
  Descriptor descriptor_;
};

}  // namespace loads
