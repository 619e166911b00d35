#pragma once

#include <functional>
#include <optional>

#include "common/failure.h"

namespace loads::runner {

// Things to do of which one that fails is no reason to leave the others undone, such as writing the files of a run that is over.
class Attempts {
 public:
  void make(const std::function<void()>& what);

  // Throws the first Failure there was, with what the later ones said.
  void settle() const;

 private:
  std::optional<Failure> failed_;
};

}  // namespace loads::runner
