#include "runner/cluster/broker_address.h"

#include <unistd.h>

#include <filesystem>
#include <system_error>

#include "common/failure.h"
#include "proto/wire/enrolment.h"

namespace loads::runner {
namespace {

namespace fs = std::filesystem;

fs::path credential_file(const ClusterOptions& options, const Environment& environment) {
  if (!options.key.empty()) return options.key;
  return wire::default_keys_folder(environment, ::geteuid() == 0) / "runner.key";
}

void read_keys(BrokerAddress& address, const fs::path& file) {
  std::error_code error;
  if (fs::exists(file, error)) {
    const wire::Credential credential = wire::read_credential(file);
    if (credential.role == wire::Role::agent)
      throw Failure(exit_code::usage, file.string() + " is an agent's key. loads-broker --enroll runner NAME makes one for consoles.",
                    "keys");
    address.keys = credential.keys;
    address.key = credential.name + " (" + file.string() + ")";
    return;
  }
  throw Failure(exit_code::usage,
                address.text + " needs a key, and there is none in " + file.string() +
                    ". On the broker's machine: loads-broker --enroll runner NAME; the file that it makes belongs here, or is named with "
                    "--key FILE.",
                "keys");
}

bool is_every_address(const std::string& host) { return host == "*" || host == "0.0.0.0" || host == "::"; }

}  // namespace

BrokerAddress broker_address(const ClusterOptions& options, const Environment& environment) {
  BrokerAddress address;
  address.endpoints = options.broker.empty() ? wire::default_endpoints(environment) : wire::endpoints_of(options.broker);
  address.text = options.broker.empty() ? address.endpoints.frontend : options.broker;
  if (wire::is_tcp(address.endpoints.frontend) && !options.no_auth) read_keys(address, credential_file(options, environment));
  return address;
}

std::string reachable_publisher(const std::string& bound, const std::string& frontend) {
  if (!wire::is_tcp(bound) || !wire::is_tcp(frontend)) return bound;
  const wire::HostAndPort publisher = wire::tcp_parts(bound);
  if (!is_every_address(publisher.host)) return bound;
  const std::string host = wire::tcp_parts(frontend).host;
  const bool is_ipv6 = host.find(':') != std::string::npos;
  return "tcp://" + (is_ipv6 ? "[" + host + "]" : host) + ":" + std::to_string(publisher.port);
}

}  // namespace loads::runner
