#pragma once

#include <optional>
#include <string>

#include "proto/wire/endpoints.h"
#include "proto/wire/keys.h"
#include "runner/options/given.h"
#include "runner/options/options.h"

namespace loads::runner {

// Where a console finds its broker.
struct BrokerAddress {
  std::string text;  // as people know it
  wire::Endpoints endpoints;
  std::optional<wire::PeerKeys> keys;  // for tcp; nothing: none are used
  std::string key{};                   // whose they are, and from where: "tarek (/etc/loads/runner.key)"
};

// From --broker, --key and --insecure-no-auth, or this machine's broker. Throws Failure(usage) for an address that is none and for a
// credential that is missing, damaged or an agent's.
BrokerAddress broker_address(const ClusterOptions& options, const Environment& environment);

// Where the publisher can be reached that a broker has bound as `bound`: every address of a machine (0.0.0.0, ::, *) is reached at the one
// that its frontend was reached at.
std::string reachable_publisher(const std::string& bound, const std::string& frontend);

}  // namespace loads::runner
