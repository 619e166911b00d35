#pragma once

#include <array>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "common/metrics/request.h"
#include "common/target_rules.h"
#include "engine/dns/resolver.h"
#include "engine/net/endpoint.h"
#include "engine/net/stream.h"
#include "engine/net/trouble.h"

namespace loads::net {

// What the connections of one virtual user have in common.
struct ConnectorSettings {
  fiber::Duration timeout;                    // for everything up to the point where a request can be sent
  const TargetRules* rules = nullptr;         // where it may connect; null: anywhere
  std::optional<dns::Address> local_address;  // where it connects from; nothing: the system chooses
};

// Opens connections for one virtual user: looks the name up, tries its addresses one after another, each with its share of the time, has a
// proxy open a tunnel, and shakes hands by TLS. It keeps a user whom a server has refused, or who was given no address of it, from trying
// again at once: from 10 ms, doubling, to 1 s.
class Connector {
 public:
  using Phases = std::array<metrics::Nanoseconds, metrics::kPhases>;

  Connector(fiber::Loop& loop, dns::Resolver& resolver, const ConnectorSettings& settings)
      : loop_(loop), resolver_(resolver), settings_(settings) {}

  // Suspends while a server that was unreachable is to be left alone; true when that took time. The wait is ours and no part of a request.
  bool wait_until_allowed(const Endpoint& endpoint);

  // Suspends; within the running fiber's deadline, which is that of a request with the timeout `patience`. Adds the time of its parts to
  // `phases`. `peer` becomes the address, for messages.
  Trouble connect(Stream& stream, Endpoint& endpoint, fiber::Duration patience, Phases& phases, std::string& peer);

 private:
  // A server that could not be reached lately, or whose name could not be resolved.
  struct BackOff {
    Endpoint::Id endpoint = 0;
    fiber::Duration delay{};
    fiber::TimePoint until{};
  };

  Trouble reach(Stream& stream, Endpoint& endpoint, fiber::Duration patience, Phases& phases, std::string& peer);
  Trouble reach_server(fiber::TcpStream& stream, Endpoint& endpoint, fiber::Duration patience, Phases& phases, std::string& peer);
  Trouble reach_unix_socket(fiber::TcpStream& stream, const Endpoint& endpoint, fiber::Duration patience, std::string& peer);
  Trouble resolve(const Endpoint& endpoint, fiber::Duration patience, dns::Result& result);
  Trouble connect_to_any(fiber::TcpStream& stream, Endpoint& endpoint, const dns::Result& found, fiber::Duration patience,
                         std::string& peer);
  Trouble not_allowed(const Endpoint& endpoint, const dns::Address& address) const;
  fiber::IoResult connect_to(fiber::TcpStream& stream, const dns::Address& address) const;
  Trouble shake_hands(Stream& stream, const Endpoint& endpoint, fiber::Duration patience, const std::string& peer);
  std::shared_ptr<tls::Ticket> ticket(const Endpoint& endpoint);
  void back_off(const Endpoint& endpoint);
  void forget(const Endpoint& endpoint);

  fiber::Loop& loop_;
  dns::Resolver& resolver_;
  const ConnectorSettings settings_;
  std::vector<BackOff> unreachable_;
  std::vector<std::pair<Endpoint::Id, std::shared_ptr<tls::Ticket>>> tickets_;
};

}  // namespace loads::net
