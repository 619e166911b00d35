#include "engine/http/target.h"

#include <algorithm>
#include <stdexcept>

#include <loads/error.h>

#include "engine/http/basic_auth.h"
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
    if (!parsed) throw InvalidRequest("the URL \"" + shortened(without_userinfo(url)) + "\" is not valid: " + parsed.error);
    return parsed.url;
  }
  if (base.empty()) {
    throw InvalidRequest("the URL \"" + shortened(url) + "\" is relative, and there is no server URL: give --server-url");
  }
  const UrlResult root = parse_url(base);
  if (!root) throw InvalidRequest("the server URL \"" + shortened(without_userinfo(base)) + "\" is not valid: " + root.error);
  const UrlResult resolved = resolve_url(root.url, url);
  if (!resolved) throw InvalidRequest("the URL \"" + shortened(url) + "\" is not valid: " + resolved.error);
  return resolved.url;
}

}  // namespace

std::string without_userinfo(std::string_view url) {
  const auto scheme_end = url.find("://");
  const auto at = url.rfind('@');
  if (at == std::string_view::npos || (scheme_end != std::string_view::npos && at < scheme_end)) return std::string(url);
  if (scheme_end != std::string_view::npos) return std::string(url.substr(0, scheme_end + 3)).append(url.substr(at + 1));
  const bool has_password = url.substr(0, at).find('/') > url.find(':');
  return std::string(has_password ? url.substr(at + 1) : url);
}

const http2::Head& Target::plain_head() const {
  if (plain_head_.size() == 0) plain_head_.assign(plain_request, endpoint->scheme());
  return plain_head_;
}

TargetPointer TargetCache::find(std::string_view method, std::string_view base, std::string_view url, net::EndpointCache::OptionsId way) {
  key_.assign(method).append(1, '\n').append(base).append(1, '\n').append(url);  // no line break stands in what is known to be valid
  if (way != 0) key_.append(1, '\n').append(std::to_string(way));
  if (const auto found = targets_.find(key_); found != targets_.end()) return found->second;
  if (targets_.size() >= kMost) {
    targets_.clear();
    endpoints_.drop_unused();
  }
  const std::string key = key_;
  return targets_.emplace(key, make(method, base, url, way)).first->second;
}

TargetPointer TargetCache::make(std::string_view method, std::string_view base, std::string_view url, net::EndpointCache::OptionsId way) {
  check_method(method);
  auto target = std::make_shared<Target>();
  target->url = parse(base, url);
  if (target->url.scheme != Scheme::http && target->url.scheme != Scheme::https) {
    throw InvalidRequest(std::string(to_string(target->url.scheme)) + ":// is for web sockets: create_ws() opens them");
  }
  target->text = target->url.str() + std::string(url.substr(std::min(url.find('#'), url.size())));
  target->endpoint = endpoint(target->url, way);
  if (target->endpoint->http_version == net::HttpVersion::http2 && !target->endpoint->secure()) {
    throw InvalidRequest("HTTP/2 cannot be agreed upon over http://: ask for it with the version h2c");
  }
  target->name = recorder_.request_name(std::string(method) + " " + target->url.path);
  target->host = target->url.authority();
  if (target->endpoint->speaks_to_proxy()) {
    target->start = request_line(method, target->url.str());
    target->proxy_credentials = target->endpoint->proxy->credentials;
  } else {
    target->start = request_line(method, target->url.target());
  }
  target->plain_request = target->start;
  target->credentials = basic_credentials(target->url.userinfo);
  append_rest(target->plain_request, method,
              {.own = {},
               .session = headers_,
               .host = target->host,
               .credentials = target->credentials,
               .proxy_credentials = target->proxy_credentials});
  return target;
}

std::shared_ptr<net::Endpoint> TargetCache::endpoint(const Url& url, net::EndpointCache::OptionsId way) {
  try {
    return endpoints_.find(url.host, url.port, is_secure(url.scheme), way);
  } catch (const std::invalid_argument& error) {
    throw InvalidRequest("TLS cannot be used as asked: " + std::string(error.what()));
  }
}

}  // namespace loads::http
