#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace loads::metrics {

// Whether figures are those of the target, or may be the generator's own. Also what a single trouble of the generator makes of them: then
// `valid` is one that leaves them as they are.
enum class Validity : std::uint8_t {
  suspect,  // they may be a little too high, or lack something; the first one, since that is what a trouble means as a rule
  valid,
  invalid,  // they say more of the generator than of the target
};
constexpr std::size_t count_of(Validity) { return 3; }
std::string_view to_string(Validity validity);
Validity worse(Validity a, Validity b);

}  // namespace loads::metrics
