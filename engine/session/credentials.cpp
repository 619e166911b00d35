#include "engine/session/credentials.h"

#include <algorithm>

#include <loads/error.h>

#include "common/base64.h"
#include "engine/http/multipart.h"

namespace loads::session {
namespace {

constexpr unsigned kMostTries = 2;  // the second only for a nonce that was too old

std::string origin_of(const http::Url& url, const Auth& auth) {
  std::string text(http::to_string(url.scheme));
  return text.append("://").append(url.authority()).append(1, ' ').append(auth.user());
}

std::string basic(const Auth& auth) {
  const std::string plain = auth.user() + ":" + auth.secret();
  return "Basic " + base64_encode({reinterpret_cast<const std::uint8_t*>(plain.data()), plain.size()});
}

void check(const Auth& auth) {
  const auto breaks = [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; };
  if (auth.kind() == Auth::Kind::basic) return;
  if (std::ranges::any_of(auth.user(), breaks) || (auth.kind() == Auth::Kind::bearer && std::ranges::any_of(auth.secret(), breaks))) {
    throw InvalidRequest("the user name or the token of .auth has a control character");
  }
}

}  // namespace

std::vector<Credentials::Asked>::iterator Credentials::find(const std::string& origin) {
  return std::ranges::find_if(asked_, [&](const Asked& asked) { return asked.origin == origin; });
}

std::string Credentials::authorization(const Auth& auth, std::string_view method, const http::Url& url) {
  check(auth);
  switch (auth.kind()) {
    case Auth::Kind::none: return {};
    case Auth::Kind::basic: return basic(auth);
    case Auth::Kind::bearer: return "Bearer " + auth.secret();
    case Auth::Kind::digest: break;
  }
  const auto asked = find(origin_of(url, auth));
  if (asked == asked_.end()) return {};
  return asked->digest.answer(auth.user(), auth.secret(), method, url.target(), http::random_boundary());
}

bool Credentials::learn(const Auth& auth, const http::Url& url, const message::Answer& answer, unsigned tries) {
  if (auth.kind() != Auth::Kind::digest) return false;
  std::vector<Challenge> challenges;
  for (const std::string_view line : answer.headers("WWW-Authenticate")) {
    std::ranges::move(parse_challenges(line), std::back_inserter(challenges));
  }
  auto digest = Digest::of(challenges);
  const std::string origin = origin_of(url, auth);
  if (const auto known = find(origin); known != asked_.end()) asked_.erase(known);
  if (!digest || tries >= kMostTries || (tries > 0 && !digest->stale())) return false;
  if (asked_.size() == kMost) asked_.erase(asked_.begin());
  asked_.push_back({origin, std::move(*digest)});
  return true;
}

}  // namespace loads::session
