#pragma once

#include <netinet/in.h>
#include <sys/socket.h>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace loads {

// Where an agent's workers may connect: --allow-target. Looked at with the address that a name was resolved to, each time a connection is
// opened, so that neither a redirect nor a name server leads anywhere else. Pure, and may be asked by several threads.
//
// A rule is an address, a network or a name, each with or without a port:
//   10.1.2.3   10.0.0.0/8:80   [2001:db8::]/32   [::1]:8080   2001:db8::1   shop.example   shop.example:443
// An address or a network allows what has been resolved to it, whatever it was called. A name allows that name alone, wherever it leads.
// Without rules everything is allowed, but for what no load test has any business with: the addresses of clouds' metadata services,
// multicast and broadcast, which no rule allows. IPv6 forms of IPv4 addresses (::ffff:a.b.c.d, 64:ff9b::/96) count as what they stand for.
class TargetRules {
 public:
  TargetRules() = default;

  // Throws std::invalid_argument that says what is wrong with which.
  explicit TargetRules(const std::vector<std::string>& rules);

  const std::vector<std::string>& texts() const { return texts_; }  // as they were given
  bool restrict() const { return !rules_.empty(); }                 // whether there are rules at all

  // Why a connection to `address`, of a server that the URL calls `host`, is refused, to be said of it: "it is a multicast address".
  // Nothing: it is allowed.
  std::optional<std::string> why_not(std::string_view host, const sockaddr* address) const;

 private:
  struct Rule {
    std::string name;  // in lower case; empty: a network
    in6_addr network{};
    unsigned bits = 0;       // of the network that count
    std::uint16_t port = 0;  // 0: any
  };

  static Rule parse(const std::string& text);
  static bool matches(const Rule& rule, const std::string& host, const in6_addr& address, std::uint16_t port);

  std::vector<std::string> texts_;
  std::vector<Rule> rules_;
};

}  // namespace loads
