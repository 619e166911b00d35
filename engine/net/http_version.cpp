#include "engine/net/http_version.h"

namespace loads::net {

std::optional<HttpVersion> parse_http_version(std::string_view text) {
  if (text == "auto") return HttpVersion::automatic;
  if (text == "1.1") return HttpVersion::http1;
  if (text == "2") return HttpVersion::http2;
  if (text == "h2c") return HttpVersion::h2c;
  return {};
}

std::string_view alpn(HttpVersion version) {
  switch (version) {
    case HttpVersion::automatic: return "\x02h2\x08http/1.1";
    case HttpVersion::http1: return "\x08http/1.1";
    case HttpVersion::http2:
    case HttpVersion::h2c: return "\x02h2";
  }
  return {};
}

}  // namespace loads::net
