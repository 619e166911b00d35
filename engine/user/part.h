#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>

namespace loads::user {

// Which of the users of a share are this process's, when several processes do a share together: part `index` of `count`.
struct Part {
  std::uint32_t index = 0;
  std::uint32_t count = 1;

  // Called when this part has ended the step before `step`; returns when the others have, too, with the time at which `step` begins for
  // all, or nothing when it is not to begin. Null: there are no others.
  std::function<std::optional<std::chrono::steady_clock::time_point>(std::uint32_t step)> await_step;
};

}  // namespace loads::user
