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

// What can be said of them before a run. They throw Failure: when a certificate cannot be used, which can be said on any machine, and when
// a local address is none of this one's.
void check_certificates(const ConnectionSettings& settings);
void check_local_addresses(const ConnectionSettings& settings);

}  // namespace loads::user
