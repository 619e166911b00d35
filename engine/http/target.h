#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>

#include <loads/request_options.h>

#include "common/metrics/recorder.h"
#include "engine/http/url.h"

namespace loads::http {

// A server: where connections go. Shared by the targets on it.
struct Endpoint {
  std::string host;
  std::uint16_t port = 80;
  std::size_t preferred = 0;  // index of the address that answered last
};

// What is known of "METHOD URL" before it is requested: worked out once, used by every request that says the same.
struct Target {
  Url url;
  std::string text;  // the URL without its userinfo, but with a fragment, which is not sent
  std::shared_ptr<Endpoint> endpoint;
  metrics::Recorder::NameId name = 0;
  std::string host;           // "localhost:9200", for the Host header
  std::string credentials;    // "Basic ...", of a URL with user and password; empty: none
  std::string start;          // "GET /path HTTP/1.1\r\n"
  std::string plain_request;  // all of a request without options
};
using TargetPointer = std::shared_ptr<const Target>;

// The targets of one thread. Bounded: a test that makes up a new URL for each request does not fill the memory.
class TargetCache {
 public:
  // `headers` stand in every plain request.
  TargetCache(metrics::Recorder& recorder, const Pairs& headers) : recorder_(recorder), headers_(headers) {}

  // `base` is what a relative URL is resolved against; may be empty. Throws InvalidRequest.
  TargetPointer find(std::string_view method, std::string_view base, std::string_view url);

 private:
  static constexpr std::size_t kMost = 4096;

  TargetPointer make(std::string_view method, std::string_view base, std::string_view url);
  std::shared_ptr<Endpoint> endpoint(const Url& url);

  metrics::Recorder& recorder_;
  Pairs headers_;
  std::string key_;
  std::unordered_map<std::string, TargetPointer> targets_;
  std::map<std::pair<std::string, std::uint16_t>, std::weak_ptr<Endpoint>> endpoints_;
};

}  // namespace loads::http
