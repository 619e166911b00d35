#include "runner/report/paint.h"

namespace loads::runner {

std::string Paint::painted(std::string_view text, std::string_view code) const {
  if (!on_ || text.empty()) return std::string(text);
  std::string result(code);
  result += text;
  result += "\x1b[0m";
  return result;
}

}  // namespace loads::runner
