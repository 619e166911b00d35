#pragma once

#include <string>
#include <vector>

#include "engine/http/connection_policy.h"
#include "engine/net/options.h"

namespace loads::user {

// How virtual users connect to the target.
struct ConnectionSettings {
  net::Options options;
  std::vector<std::string> local_addresses;  // where connections come from, one user after another; empty: the system chooses
  http::ConnectionPolicy policy = http::ConnectionPolicy::per_user;
};

// What can be said of them before a run: throws std::invalid_argument when a certificate cannot be used, and Failure when a local address
// is none of this machine's.
void check(const ConnectionSettings& settings);

}  // namespace loads::user
