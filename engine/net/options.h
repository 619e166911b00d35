#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/net/http_version.h"
#include "engine/tls/options.h"

namespace loads::net {

// An HTTP proxy.
struct Proxy {
  std::string host;
  std::uint16_t port = 0;
  std::string credentials;  // "Basic ..."; empty: none

  bool operator==(const Proxy&) const = default;
};

// Which connections go through which proxy.
struct Proxies {
  std::optional<Proxy> plain;       // for http:// and ws://
  std::optional<Proxy> secure;      // for https:// and wss://
  std::vector<std::string> except;  // as in NO_PROXY: "*", an address, or a name that stands for all below it too; each may have a port

  const Proxy* find(bool is_secure, std::string_view host, std::uint16_t port) const;  // null: none

  bool operator==(const Proxies&) const = default;
};

// Connections to one server that are to be opened to another, as curl's --connect-to has it.
struct ConnectTo {
  std::string host;            // empty: any
  std::uint16_t port = 0;      // 0: any
  std::string new_host;        // empty: the same
  std::uint16_t new_port = 0;  // 0: the same

  bool matches(std::string_view other_host, std::uint16_t other_port) const {
    return (host.empty() || host == other_host) && (port == 0 || port == other_port);
  }
  bool operator==(const ConnectTo&) const = default;
};

// How connections to servers are made. A value; a run has one, and a request may have another.
struct Options {
  tls::Options tls;
  Proxies proxies;
  std::vector<ConnectTo> connect_to;  // the first that matches counts
  std::string unix_socket;            // all connections go to this path; empty: over the network
  HttpVersion http_version = HttpVersion::automatic;
  bool always_tunnel = false;  // a proxy is asked for a tunnel where it could be sent the requests, too

  bool operator==(const Options&) const = default;
};

}  // namespace loads::net
