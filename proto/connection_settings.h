#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "proto/values.h"

namespace loads::proto {

// An HTTP proxy on the way to the target.
struct ProxySettings {
  std::string host;  // empty: none
  std::uint16_t port = 0;
  std::string credentials;  // "Basic ..."

  bool operator==(const ProxySettings&) const = default;

  static void fields(auto& self, auto&& field) {
    field("host", self.host);
    field("port", self.port);
    field.when_set("credentials", self.credentials);
  }
};

// Connections to one server that are opened to another; empty and 0: any, or the same.
struct ConnectToSettings {
  std::string host;
  std::uint16_t port = 0;
  std::string new_host;
  std::uint16_t new_port = 0;

  bool operator==(const ConnectToSettings&) const = default;

  static void fields(auto& self, auto&& field) {
    field("host", self.host);
    field("port", self.port);
    field("new_host", self.new_host);
    field("new_port", self.new_port);
  }
};

enum class ConnectionPolicy : std::uint8_t { per_user, shared, per_request };
constexpr std::size_t count_of(ConnectionPolicy) { return 3; }

enum class HttpVersion : std::uint8_t { automatic, http1, http2, h2c };
constexpr std::size_t count_of(HttpVersion) { return 4; }

// How workers connect to the target: the part of user::Settings about that.
struct ConnectionSettings {
  bool no_verify = false;   // any certificate will do
  std::string authorities;  // PEM; empty: those of the agent's system
  std::string certificate;  // PEM, of the client; empty: none
  std::string key;          // PEM, of the certificate
  bool no_resume = false;   // every TLS handshake is a whole one
  ProxySettings proxy;      // for http://
  ProxySettings secure_proxy;
  std::vector<std::string> no_proxy;
  std::vector<ConnectToSettings> connect_to;
  std::string unix_socket;
  std::vector<std::string> local_addresses;
  ConnectionPolicy policy = ConnectionPolicy::per_user;
  HttpVersion http_version = HttpVersion::automatic;

  bool operator==(const ConnectionSettings&) const = default;

  static void fields(auto& self, auto&& field) {
    field.when_set("no_verify", self.no_verify);
    field.when_set("authorities", self.authorities);
    field.when_set("certificate", self.certificate);
    field.when_set("key", self.key);
    field.when_set("no_resume", self.no_resume);
    field.when_set("proxy", self.proxy);
    field.when_set("secure_proxy", self.secure_proxy);
    field.when_set("no_proxy", self.no_proxy);
    field.when_set("connect_to", self.connect_to);
    field.when_set("unix_socket", self.unix_socket);
    field.when_set("local_addresses", self.local_addresses);
    field.when_set("policy", self.policy);
    field.when_set("http_version", self.http_version);
  }
};

}  // namespace loads::proto
