#include "engine/http/target.h"

#include <algorithm>

#include <loads/error.h>

#include "common/base64.h"
#include "engine/http/percent_encoding.h"
#include "engine/http/request_text.h"

namespace loads::http {
namespace {

bool is_absolute(std::string_view url) {
  const auto scheme_end = url.find("://");
  return scheme_end != std::string_view::npos && url.find_first_of("/?#") > scheme_end;
}

Url parse(std::string_view base, std::string_view url) {
  if (is_absolute(url)) {
    const UrlResult parsed = parse_url(url);
    if (!parsed) throw InvalidRequest("the URL \"" + std::string(url) + "\" is not valid: " + parsed.error);
    return parsed.url;
  }
  if (base.empty()) {
    throw InvalidRequest("the URL \"" + std::string(url) + "\" is relative, and there is no server URL: give --server-url");
  }
  const UrlResult root = parse_url(base);
  if (!root) throw InvalidRequest("the server URL \"" + std::string(base) + "\" is not valid: " + root.error);
  const UrlResult resolved = resolve_url(root.url, url);
  if (!resolved) throw InvalidRequest("the URL \"" + std::string(url) + "\" is not valid: " + resolved.error);
  return resolved.url;
}

// The value of Authorization for the credentials in a URL (RFC 7617), as Requests sends it; empty without them.
std::string basic_credentials(const std::string& userinfo) {
  if (userinfo.empty()) return {};
  const std::string plain = percent_decode(userinfo);
  return "Basic " + base64_encode({reinterpret_cast<const std::uint8_t*>(plain.data()), plain.size()});
}

}  // namespace

TargetPointer TargetCache::find(std::string_view method, std::string_view base, std::string_view url) {
  key_.assign(method).append(1, '\n').append(base).append(1, '\n').append(url);  // no line break stands in what is known to be valid
  if (const auto found = targets_.find(key_); found != targets_.end()) return found->second;
  if (targets_.size() >= kMost) {
    targets_.clear();
    std::erase_if(endpoints_, [](const auto& entry) { return entry.second.expired(); });
  }
  const std::string key = key_;
  return targets_.emplace(key, make(method, base, url)).first->second;
}

TargetPointer TargetCache::make(std::string_view method, std::string_view base, std::string_view url) {
  check_method(method);
  auto target = std::make_shared<Target>();
  target->url = parse(base, url);
  if (target->url.scheme != Scheme::http) {
    throw InvalidRequest(std::string(to_string(target->url.scheme)) + ":// cannot be requested: this version of Loads speaks http:// only");
  }
  target->text = target->url.str() + std::string(url.substr(std::min(url.find('#'), url.size())));
  target->endpoint = endpoint(target->url);
  target->name = recorder_.request_name(std::string(method) + " " + target->url.path);
  target->host = target->url.authority();
  target->start = request_line(method, target->url);
  target->plain_request = target->start;
  target->credentials = basic_credentials(target->url.userinfo);
  append_rest(target->plain_request, method, {.own = {}, .session = headers_, .host = target->host, .credentials = target->credentials});
  return target;
}

std::shared_ptr<Endpoint> TargetCache::endpoint(const Url& url) {
  auto& known = endpoints_[{url.host, url.port}];
  auto endpoint = known.lock();
  if (!endpoint) {
    endpoint = std::make_shared<Endpoint>(Endpoint{url.host, url.port});
    known = endpoint;
  }
  return endpoint;
}

}  // namespace loads::http
