#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include <loads/cookies.h>
#include <loads/request_options.h>

#include "engine/http/url.h"
#include "engine/session/set_cookie.h"

namespace loads::session {

// The cookies of one virtual user: RFC 6265bis. What a server may not set is passed over, as a browser does without a word: for a foreign
// domain, for a public suffix, a secure one over http. Bounded: 180 of a domain and 3000 altogether, of at most 4 KiB each; those that
// have expired, and then those unused for the longest time, make room.
class CookieJar {
 public:
  using Time = std::chrono::sys_seconds;
  static constexpr std::size_t kMostOfADomain = 180;
  static constexpr std::size_t kMost = 3000;

  bool empty() const { return cookies_.empty(); }

  // What the answer to a request for `url` says in a Set-Cookie.
  void store(const http::Url& url, std::string_view set_cookie, Time now);

  // A test's own, as it is.
  void set(Cookie cookie, Time now);

  // "a=1; b=2" of what a request for `url` is to carry, appended to `out`. One of the request's `own` takes the place of those of its name.
  void append(const http::Url& url, const Pairs& own, Time now, std::string& out);

  void erase(std::string_view name);
  void clear() { cookies_.clear(); }
  std::vector<Cookie> list(Time now) const;  // the longest paths first, then the oldest

 private:
  struct Kept {
    Cookie cookie;
    std::uint64_t created = 0;
    std::uint64_t used = 0;
  };

  void keep(Cookie cookie, Time now);
  bool shadows_secure(const Cookie& cookie) const;
  void make_room(const std::string& domain, Time now);
  template <typename Counts>
  void drop_least_used(std::size_t most, Counts&& counts);

  std::vector<Kept> cookies_;
  std::uint64_t clock_ = 0;  // of what comes after what
};

// Throws InvalidRequest when the cookie would break the header that carries it.
void check_cookie(std::string_view name, std::string_view value);

}  // namespace loads::session
