// Whatever servers say in Set-Cookie, what goes back is fit for a header, belongs to the host that it goes to, and the jar stays within its
// bounds. Each line of the input is a visit: "URL Set-Cookie".

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "engine/session/challenge.h"
#include "engine/session/cookie_date.h"
#include "engine/session/cookie_jar.h"
#include "engine/session/public_suffix.h"

namespace {

using loads::session::CookieJar;

void require(bool holds) {
  if (!holds) std::abort();
}

bool is_fit(std::string_view text) {
  return std::ranges::all_of(text, [](char c) { return c == '\t' || (static_cast<unsigned char>(c) >= 0x20 && c != 0x7f); });
}

void visit(CookieJar& jar, std::string_view line, CookieJar::Time now) {
  const std::size_t blank = line.find(' ');
  if (blank == std::string_view::npos) return;
  const auto parsed = loads::http::parse_url(line.substr(0, blank));
  if (!parsed) return;
  jar.store(parsed.url, line.substr(blank + 1), now);
  std::string sent;
  jar.append(parsed.url, {}, now, sent);
  require(is_fit(sent));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  std::string_view text(reinterpret_cast<const char*>(data), size);
  static_cast<void>(loads::session::parse_cookie_date(text));
  for (const auto& challenge : loads::session::parse_challenges(text)) require(!challenge.scheme.empty());

  CookieJar jar;
  CookieJar::Time now{std::chrono::seconds(1'700'000'000)};
  while (!text.empty()) {
    const std::string_view line = text.substr(0, text.find('\n'));
    text.remove_prefix(std::min(line.size() + 1, text.size()));
    visit(jar, line, now);
    now += std::chrono::seconds(1);
  }
  const auto kept = jar.list(now);
  require(kept.size() <= CookieJar::kMost);
  for (const loads::Cookie& cookie : kept) {
    require(!cookie.domain.empty() && cookie.path.starts_with('/') && cookie.name.size() + cookie.value.size() <= 4096);
    require(cookie.host_only || !loads::session::is_public_suffix(cookie.domain));
  }
  return 0;
}
