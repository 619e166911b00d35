#include "engine/net/connector.h"

#include <sys/un.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <iterator>
#include <memory>
#include <optional>

#include "common/duration.h"
#include "engine/net/tunnel.h"

namespace loads::net {
namespace {

using metrics::Phase;
using metrics::RequestError;

constexpr fiber::Duration kFirstDelay = std::chrono::milliseconds(10);
constexpr fiber::Duration kLongestDelay = std::chrono::seconds(1);
constexpr std::size_t kMostTickets = 8;  // of a virtual user

Trouble trouble_of(int error) {
  switch (error) {
    case ECONNREFUSED: return {RequestError::connect_refused, "connect: connection refused"};
    case ETIMEDOUT: return {RequestError::connect_timeout, "connect: timed out by the system"};
    case EMFILE:
    case ENFILE: return {RequestError::no_descriptors, "connect: out of file descriptors"};
    case EADDRNOTAVAIL: return {RequestError::no_ports, "connect: out of local ports"};
    default: return {RequestError::connect_failed, std::string("connect: ") + std::strerror(error)};
  }
}

Trouble too_late(fiber::Duration timeout) {
  return {RequestError::connect_timeout, "connect: no connection within " + format_duration(timeout)};
}

// The lookup of one fiber. Shared with the resolver's callback, which may come when the fiber has long given up.
struct Question {
  fiber::Fiber* asker = nullptr;
  std::optional<dns::Result> answer;
};

// Brings the running fiber's deadline forward for a while.
class Within {
 public:
  Within(fiber::Loop& loop, fiber::Duration time) : loop_(loop), deadline_(loop.deadline()) {
    loop_.set_deadline(std::min(deadline_, fiber::Clock::now() + time));
  }
  ~Within() { loop_.set_deadline(deadline_); }
  Within(const Within&) = delete;
  Within& operator=(const Within&) = delete;

 private:
  fiber::Loop& loop_;
  fiber::TimePoint deadline_;
};

// Measures the time of a part of a request, whatever way it is left.
class PhaseTimer {
 public:
  explicit PhaseTimer(metrics::Nanoseconds& sum) : sum_(sum), start_(fiber::Clock::now()) {}
  ~PhaseTimer() { sum_ += fiber::Clock::now() - start_; }
  PhaseTimer(const PhaseTimer&) = delete;
  PhaseTimer& operator=(const PhaseTimer&) = delete;

 private:
  metrics::Nanoseconds& sum_;
  fiber::TimePoint start_;
};

}  // namespace

Trouble Connector::connect(Stream& stream, Endpoint& endpoint, fiber::Duration patience, Phases& phases, std::string& peer) {
  Trouble trouble = reach(stream, endpoint, patience, phases, peer);
  if (trouble) {
    back_off(endpoint);
  } else {
    forget(endpoint);
  }
  return trouble;
}

Trouble Connector::reach(Stream& stream, Endpoint& endpoint, fiber::Duration patience, Phases& phases, std::string& peer) {
  Trouble trouble = endpoint.unix_socket.empty() ? reach_server(stream.socket(), endpoint, patience, phases, peer)
                                                 : reach_unix_socket(stream.socket(), endpoint, patience, peer);
  if (trouble && endpoint.proxy && endpoint.unix_socket.empty()) trouble.message += " (the proxy)";
  if (trouble) return trouble;
  const Within within(loop_, settings_.timeout);
  if (endpoint.proxy && !endpoint.speaks_to_proxy()) {
    const PhaseTimer timer(phases[static_cast<std::size_t>(Phase::connect)]);
    if (trouble = open_tunnel(stream.socket(), endpoint); trouble) return trouble;
  }
  if (!endpoint.secure()) return {};
  const PhaseTimer timer(phases[static_cast<std::size_t>(Phase::tls)]);
  return shake_hands(stream, endpoint, patience, peer);
}

Trouble Connector::reach_server(fiber::TcpStream& stream, Endpoint& endpoint, fiber::Duration patience, Phases& phases, std::string& peer) {
  dns::Result found;
  {
    const PhaseTimer timer(phases[static_cast<std::size_t>(Phase::dns)]);
    if (Trouble trouble = resolve(endpoint, patience, found)) return trouble;
  }
  const PhaseTimer timer(phases[static_cast<std::size_t>(Phase::connect)]);
  return connect_to_any(stream, endpoint, found, patience, peer);
}

Trouble Connector::reach_unix_socket(fiber::TcpStream& stream, const Endpoint& endpoint, fiber::Duration patience, std::string& peer) {
  peer = endpoint.unix_socket;
  sockaddr_un address{};
  if (settings_.rules != nullptr && settings_.rules->restrict())
    return {RequestError::not_allowed, "connect: this agent may connect to its --allow-target alone, and to no Unix socket"};
  if (peer.size() >= sizeof address.sun_path)
    return {RequestError::connect_failed, "connect: the path of a Unix socket is too long: " + peer};
  address.sun_family = AF_UNIX;
  peer.copy(address.sun_path, peer.size());
  const Within within(loop_, settings_.timeout);
  const fiber::IoResult result = stream.connect(reinterpret_cast<const sockaddr*>(&address), sizeof address);
  if (result.ok()) return {};
  Trouble trouble =
      result.end == fiber::IoResult::End::timed_out ? too_late(std::min(patience, settings_.timeout)) : trouble_of(result.error);
  trouble.message += " " + peer;
  return trouble;
}

Trouble Connector::shake_hands(Stream& stream, const Endpoint& endpoint, fiber::Duration patience, const std::string& peer) {
  const fiber::IoResult result = stream.start_tls(endpoint.tls, {endpoint.host, alpn(endpoint.http_version)},
                                                  endpoint.tls->options().resume ? ticket(endpoint) : nullptr);
  if (result.ok()) return {};
  const std::string who = "tls " + peer + ": ";
  if (result.end == fiber::IoResult::End::timed_out)
    return {RequestError::connect_timeout, who + "no handshake within " + format_duration(std::min(patience, settings_.timeout))};
  return {RequestError::tls, who + stream.why(result.error)};
}

std::shared_ptr<tls::Ticket> Connector::ticket(const Endpoint& endpoint) {
  const auto known = std::find_if(tickets_.begin(), tickets_.end(), [&](const auto& one) { return one.first == endpoint.id; });
  if (known != tickets_.end()) return known->second;
  if (tickets_.size() == kMostTickets) tickets_.erase(tickets_.begin());
  return tickets_.emplace_back(endpoint.id, std::make_shared<tls::Ticket>()).second;
}

Trouble Connector::resolve(const Endpoint& endpoint, fiber::Duration patience, dns::Result& result) {
  if (auto known = resolver_.cached(endpoint.dial_host, endpoint.dial_port)) {
    result = std::move(*known);
  } else {
    auto question = std::make_shared<Question>();
    question->asker = loop_.running();
    // When this fiber is gone, nobody is woken.
    const std::shared_ptr<void> forget(nullptr, [&question](void*) { question->asker = nullptr; });
    resolver_.lookup(endpoint.dial_host, endpoint.dial_port, [question, &loop = loop_](const dns::Result& answer) {
      loop.post([question, &loop, answer] {
        question->answer = answer;
        if (question->asker != nullptr) loop.wake(*question->asker);
      });
    });
    while (!question->answer) {
      if (loop_.park() || question->answer) continue;  // in the turn of the deadline is in time
      return {RequestError::resolve,
              "cannot resolve \"" + endpoint.dial_host + "\": no name server answered within " + format_duration(patience)};
    }
    result = std::move(*question->answer);
  }
  if (result) return {};
  return {RequestError::resolve, "cannot resolve \"" + endpoint.dial_host + "\": " + result.error};
}

Trouble Connector::connect_to_any(fiber::TcpStream& stream, Endpoint& endpoint, const dns::Result& found, fiber::Duration patience,
                                  std::string& peer) {
  const fiber::TimePoint deadline = loop_.deadline();
  const fiber::TimePoint own_deadline = fiber::Clock::now() + settings_.timeout;
  Trouble trouble;
  const std::size_t count = found.addresses.size();
  for (std::size_t i = 0; i < count; ++i) {
    const std::size_t index = (endpoint.preferred + i) % count;
    const dns::Address& address = found.addresses[index];
    if (Trouble why_not = not_allowed(endpoint, address)) {
      // What another address of the target has said says more about the target.
      if (!trouble) trouble = std::move(why_not);
      continue;
    }
    // An address that swallows everything leaves time for the others.
    const fiber::TimePoint now = fiber::Clock::now();
    const auto left = std::min(deadline, own_deadline) - now;
    loop_.set_deadline(now + left / static_cast<std::int64_t>(count - i));
    peer = address.to_string();
    const fiber::IoResult result = connect_to(stream, address);
    if (result.ok()) {
      endpoint.preferred = index;
      trouble = {};
      break;
    }
    trouble = result.end == fiber::IoResult::End::timed_out ? too_late(deadline < own_deadline ? patience : settings_.timeout)
                                                            : trouble_of(result.error);
    trouble.message += " " + peer;
  }
  loop_.set_deadline(deadline);
  return trouble;
}

Trouble Connector::not_allowed(const Endpoint& endpoint, const dns::Address& address) const {
  if (settings_.rules != nullptr) {
    if (const auto why_not = settings_.rules->why_not(endpoint.dial_host, address.data()))
      return {RequestError::not_allowed, "connect: this agent may not connect to " + address.to_string() + ": " + *why_not};
  }
  const auto& local = settings_.local_address;
  if (local && local->family() != address.family())
    return {RequestError::no_local_address, "connect: no way from the local address " + local->host() + " to " + address.to_string()};
  return {};
}

fiber::IoResult Connector::connect_to(fiber::TcpStream& stream, const dns::Address& address) const {
  const auto& local = settings_.local_address;
  return local ? stream.connect(address.data(), address.size(), local->data(), local->size())
               : stream.connect(address.data(), address.size());
}

bool Connector::wait_until_allowed(const Endpoint& endpoint) {
  const auto known =
      std::find_if(unreachable_.begin(), unreachable_.end(), [&](const BackOff& one) { return one.endpoint == endpoint.id; });
  if (known == unreachable_.end() || known->until <= fiber::Clock::now()) return false;
  loop_.sleep_until(known->until);
  return true;
}

void Connector::back_off(const Endpoint& endpoint) {
  const auto now = fiber::Clock::now();
  auto known = std::find_if(unreachable_.begin(), unreachable_.end(), [&](const BackOff& one) { return one.endpoint == endpoint.id; });
  if (known == unreachable_.end()) {
    std::erase_if(unreachable_, [&](const BackOff& one) { return one.until + kLongestDelay < now; });
    unreachable_.push_back({endpoint.id, {}, {}});
    known = std::prev(unreachable_.end());
  }
  known->delay = std::clamp(known->delay * 2, kFirstDelay, kLongestDelay);
  known->until = now + known->delay;
}

void Connector::forget(const Endpoint& endpoint) {
  if (unreachable_.empty()) return;
  std::erase_if(unreachable_, [&](const BackOff& one) { return one.endpoint == endpoint.id; });
}

}  // namespace loads::net
