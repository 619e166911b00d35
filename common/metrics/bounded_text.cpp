#include "common/metrics/bounded_text.h"

namespace loads::metrics {

std::string_view bounded(std::string_view text, std::size_t most) {
  if (text.size() <= most) return text;
  std::size_t end = most;
  // Of what is no UTF-8 no more than a character's length goes.
  while (end > 0 && end > most - 3 && (static_cast<unsigned char>(text[end]) & 0xc0) == 0x80) --end;
  return text.substr(0, end);
}

}  // namespace loads::metrics
