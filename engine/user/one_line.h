#pragma once

#include <string>
#include <string_view>

namespace loads::user {

// A message of several lines, such as GoogleTest's, in one. Of an equality,
//   Expected equality of these values:      it makes     Expected equality of these values: answer.status_code() = 503, 200
//     answer.status_code()
//       Which is: 503
//     200
// A diff of long strings is left out: it needs its lines.
std::string one_line(std::string_view text);

}  // namespace loads::user
