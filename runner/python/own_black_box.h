#pragma once

#include <cstdint>
#include <memory>

#include "common/black_box.h"
#include "runner/process/temporary_folder.h"

namespace loads::runner {

// A black box of a run that has none from an agent: in a folder of its own, which goes with it.
class OwnBlackBox {
 public:
  explicit OwnBlackBox(std::uint32_t slots);  // throws Failure(local_resource)
  OwnBlackBox(const OwnBlackBox&) = delete;
  OwnBlackBox& operator=(const OwnBlackBox&) = delete;

  // Keeps the folder as long as somebody has the box.
  static std::shared_ptr<BlackBox> make(std::uint32_t slots);
  // Once all who need it have it mapped: the file goes, so that a process that is killed leaves none behind.
  static void unlink(const BlackBox& box);

 private:
  TemporaryFolder folder_{"the run's counters"};
  std::unique_ptr<BlackBox> box_;
};

}  // namespace loads::runner
