#include "engine/http/secret.h"

#include <algorithm>
#include <array>

#include "engine/message/ascii.h"

namespace loads::http {

using message::equal_ignoring_case;

namespace {

constexpr std::array<std::string_view, 4> kSecret{"authorization", "proxy-authorization", "cookie", "set-cookie"};
constexpr std::array<std::string_view, 3> kEndings{"token", "secret", "api-key"};

bool ends_with(std::string_view name, std::string_view ending) {
  return name.size() >= ending.size() && equal_ignoring_case(name.substr(name.size() - ending.size()), ending);
}

}  // namespace

bool is_secret(std::string_view header) {
  return std::any_of(kSecret.begin(), kSecret.end(), [&](std::string_view secret) { return equal_ignoring_case(header, secret); }) ||
         std::any_of(kEndings.begin(), kEndings.end(), [&](std::string_view ending) { return ends_with(header, ending); });
}

}  // namespace loads::http
