#include "engine/net/endpoint.h"

#include <algorithm>
#include <stdexcept>
#include <utility>

namespace loads::net {
namespace {

constexpr std::size_t kMostOptions = 10'000;

void aim(Endpoint& endpoint, const Options& options) {
  endpoint.dial_host = endpoint.host;
  endpoint.dial_port = endpoint.port;
  if (!options.unix_socket.empty()) {
    endpoint.unix_socket = options.unix_socket;
    return;
  }
  if (const Proxy* proxy = options.proxies.find(endpoint.secure(), endpoint.host, endpoint.port)) {
    endpoint.proxy = *proxy;
    endpoint.always_tunnel = options.always_tunnel;
    endpoint.dial_host = proxy->host;
    endpoint.dial_port = proxy->port;
    return;
  }
  const auto other = std::find_if(options.connect_to.begin(), options.connect_to.end(),
                                  [&](const ConnectTo& one) { return one.matches(endpoint.host, endpoint.port); });
  if (other == options.connect_to.end()) return;
  if (!other->new_host.empty()) endpoint.dial_host = other->new_host;
  if (other->new_port != 0) endpoint.dial_port = other->new_port;
}

// A proxy that is sent the requests themselves is spoken to by HTTP/1.1.
bool may_multiplex(const Endpoint& endpoint) {
  if (endpoint.secure()) return endpoint.http_version != HttpVersion::http1;
  return endpoint.http_version == HttpVersion::h2c && !endpoint.speaks_to_proxy();
}

}  // namespace

EndpointCache::EndpointCache(Options defaults) { options_.push_back({std::make_shared<const Options>(std::move(defaults)), nullptr}); }

EndpointCache::OptionsId EndpointCache::id_of(const Options& options) {
  const auto known = std::find_if(options_.begin(), options_.end(), [&](const Entry& entry) { return *entry.options == options; });
  if (known != options_.end()) return static_cast<OptionsId>(known - options_.begin());
  if (options_.size() == kMostOptions) throw std::invalid_argument("a thread connects in 10000 different ways at most");
  options_.push_back({std::make_shared<const Options>(options), nullptr});
  return static_cast<OptionsId>(options_.size() - 1);
}

std::shared_ptr<Endpoint> EndpointCache::find(const std::string& host, std::uint16_t port, bool secure, OptionsId options) {
  auto& known = endpoints_[{host, port, secure, options}];
  auto endpoint = known.lock();
  if (!endpoint) known = endpoint = make(host, port, secure, options);
  return endpoint;
}

void EndpointCache::drop_unused() {
  std::erase_if(endpoints_, [](const auto& entry) { return entry.second.expired(); });
}

std::shared_ptr<Endpoint> EndpointCache::make(const std::string& host, std::uint16_t port, bool secure, OptionsId options) {
  auto endpoint = std::make_shared<Endpoint>();
  endpoint->id = ++last_id_;
  endpoint->host = host;
  endpoint->port = port;
  if (secure) endpoint->tls = context(options_[options]);
  aim(*endpoint, *options_[options].options);
  endpoint->http_version = options_[options].options->http_version;
  endpoint->may_multiplex = may_multiplex(*endpoint);
  return endpoint;
}

// Options that differ in the proxy only share a context: reading certificates takes time.
std::shared_ptr<const tls::Context> EndpointCache::context(Entry& entry) {
  if (entry.tls) return entry.tls;
  const auto same = std::find_if(options_.begin(), options_.end(),
                                 [&](const Entry& other) { return other.tls && other.options->tls == entry.options->tls; });
  entry.tls = same != options_.end() ? same->tls : std::make_shared<const tls::Context>(entry.options->tls);
  return entry.tls;
}

}  // namespace loads::net
