#pragma once

#include <array>
#include <string>
#include <vector>

#include "common/metrics/request.h"
#include "common/target_rules.h"
#include "engine/dns/resolver.h"
#include "engine/fiber/tcp_stream.h"
#include "engine/http/target.h"

namespace loads::http {

// Why there is no answer: the kind that is counted, and a sentence for a person.
struct Trouble {
  metrics::RequestError error = metrics::RequestError::none;
  std::string message;

  explicit operator bool() const { return error != metrics::RequestError::none; }
};

// Opens connections for one virtual user: looks the name up, tries its addresses one after another, each with its share of the time, and
// keeps a user whom a server has refused, or who was given no address of it, from trying again at once: from 10 ms, doubling, to 1 s.
class Connector {
 public:
  // `rules` say where it may connect; null: anywhere.
  Connector(fiber::Loop& loop, dns::Resolver& resolver, fiber::Duration timeout, const TargetRules* rules)
      : loop_(loop), resolver_(resolver), timeout_(timeout), rules_(rules) {}

  // Suspends while a server that was unreachable is to be left alone; true when that took time. The wait is ours and no part of a request.
  bool wait_until_allowed(const Endpoint& endpoint);

  // Suspends; within the running fiber's deadline, which is that of a request with the timeout `patience`. Adds the time of its parts to
  // `phases`. `peer` becomes the address, for messages.
  Trouble connect(fiber::TcpStream& stream, Endpoint& endpoint, fiber::Duration patience,
                  std::array<metrics::Nanoseconds, metrics::kPhases>& phases, std::string& peer);

 private:
  // A server that could not be reached lately, or whose name could not be resolved.
  struct BackOff {
    const Endpoint* endpoint = nullptr;  // compared only
    fiber::Duration delay{};
    fiber::TimePoint until{};
  };

  Trouble resolve(const Endpoint& endpoint, fiber::Duration patience, dns::Result& result);
  Trouble connect_to_any(fiber::TcpStream& stream, Endpoint& endpoint, const dns::Result& found, fiber::Duration patience,
                         std::string& peer);
  void back_off(const Endpoint& endpoint);
  void forget(const Endpoint& endpoint);

  fiber::Loop& loop_;
  dns::Resolver& resolver_;
  fiber::Duration timeout_;
  const TargetRules* rules_;
  std::vector<BackOff> unreachable_;
};

}  // namespace loads::http
