#include "runner/worker/connection_settings.h"

#include <optional>

namespace loads::runner {
namespace {

proto::ProxySettings to_proto(const std::optional<net::Proxy>& proxy) {
  return proxy ? proto::ProxySettings{proxy->host, proxy->port, proxy->credentials} : proto::ProxySettings{};
}

std::optional<net::Proxy> from_proto(const proto::ProxySettings& proxy) {
  if (proxy.host.empty()) return {};
  return net::Proxy{proxy.host, proxy.port, proxy.credentials};
}

}  // namespace

proto::ConnectionSettings to_proto(const user::ConnectionSettings& settings) {
  const net::Options& options = settings.options;
  proto::ConnectionSettings out;
  out.no_verify = !options.tls.verify;
  out.authorities = options.tls.authorities;
  out.certificate = options.tls.certificate;
  out.key = options.tls.key;
  out.no_resume = !options.tls.resume;
  out.proxy = to_proto(options.proxies.plain);
  out.secure_proxy = to_proto(options.proxies.secure);
  out.no_proxy = options.proxies.except;
  for (const auto& [host, port, new_host, new_port] : options.connect_to) out.connect_to.push_back({host, port, new_host, new_port});
  out.unix_socket = options.unix_socket;
  out.local_addresses = settings.local_addresses;
  out.policy = static_cast<proto::ConnectionPolicy>(settings.policy);
  out.http_version = static_cast<proto::HttpVersion>(options.http_version);
  return out;
}

user::ConnectionSettings from_proto(const proto::ConnectionSettings& settings) {
  user::ConnectionSettings out;
  net::Options& options = out.options;
  options.tls.verify = !settings.no_verify;
  options.tls.authorities = settings.authorities;
  options.tls.certificate = settings.certificate;
  options.tls.key = settings.key;
  options.tls.resume = !settings.no_resume;
  options.proxies.plain = from_proto(settings.proxy);
  options.proxies.secure = from_proto(settings.secure_proxy);
  options.proxies.except = settings.no_proxy;
  for (const auto& [host, port, new_host, new_port] : settings.connect_to) options.connect_to.push_back({host, port, new_host, new_port});
  options.unix_socket = settings.unix_socket;
  out.local_addresses = settings.local_addresses;
  out.policy = static_cast<http::ConnectionPolicy>(settings.policy);
  options.http_version = static_cast<net::HttpVersion>(settings.http_version);
  return out;
}

}  // namespace loads::runner
