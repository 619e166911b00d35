#pragma once

#include <cstdint>
#include <string_view>

#include "runner/report/paint.h"

namespace loads::runner {

// --color; automatic: only on a terminal that can do it and whose user did not set NO_COLOR (https://no-color.org).
enum class ColourMode : std::uint8_t { automatic, always, never };

// What the decision depends on besides the option. Null: the variable is not set.
struct ColourEnvironment {
  const char* no_color = nullptr;
  const char* term = nullptr;
  bool is_terminal = false;
};

bool use_colour(ColourMode mode, const ColourEnvironment& environment);

// The decision for a file descriptor of this process, from its environment.
Paint paint_for(ColourMode mode, int descriptor);

}  // namespace loads::runner
