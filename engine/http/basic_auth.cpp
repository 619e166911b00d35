#include "engine/http/basic_auth.h"

#include "common/base64.h"
#include "engine/http/percent_encoding.h"

namespace loads::http {

std::string basic_credentials(const std::string& userinfo) {
  if (userinfo.empty()) return {};
  const std::string plain = percent_decode(userinfo);
  return "Basic " + base64_encode({reinterpret_cast<const std::uint8_t*>(plain.data()), plain.size()});
}

}  // namespace loads::http
