#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>

#include <loads/request_options.h>

#include "common/metrics/recorder.h"
#include "engine/http/url.h"
#include "engine/http2/head.h"
#include "engine/net/endpoint.h"

namespace loads::http {

// What is known of "METHOD URL" before it is requested: worked out once, used by every request that says the same.
struct Target {
  Url url;
  std::string text;  // the URL without its userinfo, but with a fragment, which is not sent
  std::shared_ptr<net::Endpoint> endpoint;
  metrics::Recorder::NameId name = 0;
  std::string host;               // "localhost:9200", for the Host header
  std::string credentials;        // "Basic ...", of a URL with user and password; empty: none
  std::string proxy_credentials;  // of the proxy that the request is sent to; empty: none
  std::string start;              // "GET /path HTTP/1.1\r\n"; what is sent to a proxy has the whole URL
  std::string plain_request;      // all of a request without options

  // The head of plain_request for HTTP/2, made when it is first needed.
  const http2::Head& plain_head() const;

 private:
  mutable http2::Head plain_head_;
};
using TargetPointer = std::shared_ptr<const Target>;

// A URL that may be no valid one, for whoever reads of it: a user and a password are left out, whatever else is wrong with them.
// A "?" may be one of the password, so that all before the last "@" is taken for it; also of "user:password@host", without a scheme.
std::string without_userinfo(std::string_view url);

// The targets of one thread. Bounded: a test that makes up a new URL for each request does not fill the memory.
class TargetCache {
 public:
  // `headers` stand in every plain request.
  TargetCache(metrics::Recorder& recorder, net::EndpointCache& endpoints, const Pairs& headers)
      : recorder_(recorder), endpoints_(endpoints), headers_(headers) {}

  // `base` is what a relative URL is resolved against; may be empty. `way` is how its server is connected to. Throws InvalidRequest.
  TargetPointer find(std::string_view method, std::string_view base, std::string_view url, net::EndpointCache::OptionsId way = 0);

 private:
  static constexpr std::size_t kMost = 4096;

  TargetPointer make(std::string_view method, std::string_view base, std::string_view url, net::EndpointCache::OptionsId way);
  std::shared_ptr<net::Endpoint> endpoint(const Url& url, net::EndpointCache::OptionsId way);

  metrics::Recorder& recorder_;
  net::EndpointCache& endpoints_;
  Pairs headers_;
  std::string key_;
  std::unordered_map<std::string, TargetPointer> targets_;
};

}  // namespace loads::http
