#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

#include <loads/cookies.h>

namespace loads::session {

// What a Set-Cookie says, before anybody asks whether the server may say it: RFC 6265bis, 5.6. Of an attribute that is given twice the last
// one counts; one that cannot be read, or that nobody knows, is passed over.
struct SetCookie {
  std::string name;
  std::string value;
  std::string domain;  // in lower case, without a leading dot; empty: the host that it comes from
  std::string path;    // begins with "/"; empty: that of the page that it comes from
  std::optional<std::chrono::sys_seconds> expires;
  bool secure = false;
  bool http_only = false;
};

// Nothing when it is no cookie: empty, larger than 4096 bytes, or with control characters.
std::optional<SetCookie> parse_set_cookie(std::string_view text, std::chrono::sys_seconds now);

// The same as a test sees it. What is left out there is filled in by who keeps it.
Cookie to_cookie(SetCookie set);

}  // namespace loads::session
