#pragma once

#include <string>

namespace loads::bundle {

// What an attempt came to: done, or why not, as half a sentence that names what it is about. For what hostile bytes and full disks may
// cause.
struct [[nodiscard]] Outcome {
  std::string error;  // empty: done
  explicit operator bool() const { return error.empty(); }
};

}  // namespace loads::bundle
