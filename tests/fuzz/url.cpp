// Any bytes are either refused with a reason, or a URL in its normal form: fit for a request head, and read again as the same URL. The same
// holds when they are a reference, as a server may send one in a redirect.

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "engine/http/url.h"

namespace {

using loads::http::Url;

void require(bool holds) {
  if (!holds) std::abort();
}

bool is_visible_ascii(std::string_view text) {
  for (const char c : text) {
    if (c <= ' ' || c >= 0x7f) return false;
  }
  return true;
}

void check(Url url) {
  const std::string text = url.str();
  require(is_visible_ascii(text) && is_visible_ascii(url.userinfo));
  require(!url.host.empty() && url.port != 0 && url.path.starts_with('/'));
  require((url.path + "/").find("/../") == std::string::npos && (url.path + "/").find("/./") == std::string::npos);
  url.userinfo.clear();  // not part of str()
  const auto again = loads::http::parse_url(text);
  require(again && again.url == url);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  if (const auto parsed = loads::http::parse_url(text); parsed) check(parsed.url);

  static const Url base = loads::http::parse_url("http://user:pw@[::1]:9200/b/c/d;p?q").url;
  const auto resolved = loads::http::resolve_url(base, text);
  if (resolved) check(resolved.url);

  static Url reused;  // whatever the last input has left in it must not matter
  require(loads::http::resolve_url(base, text, reused) == resolved.error);
  require(!resolved || reused == resolved.url);
  return 0;
}
