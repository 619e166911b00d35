#pragma once

#include <string>
#include <vector>

#include "engine/dns/address.h"

namespace loads::dns {

// The answer to a lookup: at least one address, in the order in which they are to be tried, or the reason why there is none.
struct Result {
  std::vector<Address> addresses;
  std::string error;  // "Name or service not known"; empty when there are addresses
  explicit operator bool() const { return error.empty(); }
};

// Asks the system (hosts file, DNS) for the IPv4 and IPv6 addresses of a name, with port 0. Blocks, for many seconds when name servers are
// away: the Resolver calls it on threads of its own.
Result system_lookup(const std::string& host);

}  // namespace loads::dns
