#pragma once

#include <array>
#include <string>

#include "common/metrics/request.h"
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

// Opens connections for one virtual user: looks the name up, tries its addresses one after another, and keeps a user that is refused from
// trying again at once: from 10 ms, doubling, to 1 s.
class Connector {
 public:
  Connector(fiber::Loop& loop, dns::Resolver& resolver, fiber::Duration timeout) : loop_(loop), resolver_(resolver), timeout_(timeout) {}

  // Suspends; within the running fiber's deadline. Adds the time of its parts to `phases`. `peer` becomes the address, for messages.
  Trouble connect(fiber::TcpStream& stream, Endpoint& endpoint, std::array<metrics::Nanoseconds, metrics::kPhases>& phases,
                  std::string& peer);

 private:
  Trouble resolve(const Endpoint& endpoint, dns::Result& result);
  Trouble connect_to_one(fiber::TcpStream& stream, const dns::Address& address);
  void wait_until_allowed();
  void note(bool connected);

  fiber::Loop& loop_;
  dns::Resolver& resolver_;
  fiber::Duration timeout_;
  fiber::TimePoint not_before_{};
  fiber::Duration delay_{};
};

}  // namespace loads::http
