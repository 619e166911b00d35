#include "runner/console/colour.h"

#include <unistd.h>

#include <cstdlib>

namespace loads::runner {

bool use_colour(ColourMode mode, const ColourEnvironment& environment) {
  if (mode != ColourMode::automatic) return mode == ColourMode::always;
  if (!environment.is_terminal) return false;
  if (environment.no_color != nullptr && *environment.no_color != '\0') return false;
  return environment.term != nullptr && *environment.term != '\0' && std::string_view(environment.term) != "dumb";
}

Paint paint_for(ColourMode mode, int descriptor) {
  const ColourEnvironment environment{std::getenv("NO_COLOR"), std::getenv("TERM"), ::isatty(descriptor) == 1};
  return Paint(use_colour(mode, environment));
}

}  // namespace loads::runner
