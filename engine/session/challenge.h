#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace loads::session {

// What a server asks for in a WWW-Authenticate: a scheme and its parameters (RFC 9110, 11.6.1).
struct Challenge {
  std::string scheme;                                           // in lower case
  std::vector<std::pair<std::string, std::string>> parameters;  // names in lower case, values without their quotes

  std::string_view get(std::string_view name) const;  // of a parameter in lower case; empty when there is none
};

// All that a header's value lists. Of what cannot be read there is nothing; any bytes are safe.
std::vector<Challenge> parse_challenges(std::string_view text);

// Whether `list`, "auth, auth-int", has the item, in any case.
bool lists(std::string_view list, std::string_view item);

}  // namespace loads::session
