#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

#include "engine/net/options.h"
#include "engine/tls/context.h"

namespace loads::net {

// A server and the way to it. Connections of the same endpoint are as good as each other; shared by the targets on it.
struct Endpoint {
  using Id = std::uint64_t;

  Id id = 0;         // of a thread's endpoints; never given out again
  std::string host;  // as URLs have it
  std::uint16_t port = 80;
  std::shared_ptr<const tls::Context> tls;  // null: plain text
  std::string dial_host;                    // where the connection is opened to: the proxy, or the same unless --connect-to says another
  std::uint16_t dial_port = 80;
  std::string unix_socket;     // opened instead; empty: none
  std::optional<Proxy> proxy;  // that it goes through
  HttpVersion http_version = HttpVersion::http1;
  bool always_tunnel = false;  // through the proxy
  bool may_multiplex = false;  // connections to it may turn out to be HTTP/2, which many requests share
  std::size_t preferred = 0;   // index of the address that answered last

  bool secure() const { return tls != nullptr; }
  std::string_view scheme() const { return secure() ? "https" : "http"; }
  bool speaks_to_proxy() const { return proxy && !secure() && !always_tunnel; }  // and sends it whole URLs; else it opens a tunnel
};

// The endpoints of one thread.
class EndpointCache {
 public:
  using OptionsId = std::uint32_t;  // 0: the defaults

  explicit EndpointCache(Options defaults);

  const Options& defaults() const { return *options_.front().options; }
  const Options& options(OptionsId id) const { return *options_[id].options; }
  OptionsId id_of(const Options& options);

  // Throws std::invalid_argument when a certificate among the options cannot be used.
  std::shared_ptr<Endpoint> find(const std::string& host, std::uint16_t port, bool secure, OptionsId options);

  void drop_unused();

 private:
  struct Entry {
    std::shared_ptr<const Options> options;
    std::shared_ptr<const tls::Context> tls;  // made when it is first needed
  };

  std::shared_ptr<Endpoint> make(const std::string& host, std::uint16_t port, bool secure, OptionsId options);
  std::shared_ptr<const tls::Context> context(Entry& entry);

  Endpoint::Id last_id_ = 0;
  std::vector<Entry> options_;
  std::map<std::tuple<std::string, std::uint16_t, bool, OptionsId>, std::weak_ptr<Endpoint>> endpoints_;
};

}  // namespace loads::net
