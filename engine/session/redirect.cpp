#include "engine/session/redirect.h"

#include <algorithm>

#include <loads/error.h>

#include "engine/message/quoted.h"

namespace loads::session {
namespace {

std::string_view fragment_of(std::string_view url) { return url.substr(std::min(url.find('#'), url.size())); }

}  // namespace

bool is_redirect(const message::Answer& answer) {
  switch (answer.status) {
    case 301:
    case 302:
    case 303:
    case 307:
    case 308: return answer.has(message::Answer::kHasLocation) && !answer.header("Location").empty();
    default: return false;
  }
}

std::string_view method_after(int status, std::string_view method) {
  const bool get = (status == 303 && method != "HEAD") || (status == 302 && method != "HEAD") || (status == 301 && method == "POST");
  return get ? "GET" : method;
}

bool keeps_body(int status) { return status == 307 || status == 308; }

bool drops_credentials(const http::Url& from, const http::Url& to) {
  if (from.host != to.host) return true;
  const bool becomes_secure = from.scheme == http::Scheme::http && from.port == 80 && to.scheme == http::Scheme::https && to.port == 443;
  return !becomes_secure && (from.port != to.port || from.scheme != to.scheme);
}

std::string url_after(const http::Url& from, std::string_view from_text, std::string_view location) {
  const http::UrlResult to = http::resolve_url(from, location);
  if (!to) throw InvalidAnswer("the redirect of " + message::shortened(from.str()) + " leads nowhere: " + to.error);
  const std::string_view fragment = fragment_of(location);
  return to.url.str().append(fragment.empty() ? fragment_of(from_text) : fragment);
}

}  // namespace loads::session
