#include "engine/http/connector.h"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <iterator>
#include <memory>
#include <optional>

#include "common/duration.h"

namespace loads::http {
namespace {

using metrics::Phase;
using metrics::RequestError;

constexpr fiber::Duration kFirstDelay = std::chrono::milliseconds(10);
constexpr fiber::Duration kLongestDelay = std::chrono::seconds(1);

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

Trouble Connector::connect(fiber::TcpStream& stream, Endpoint& endpoint, fiber::Duration patience,
                           std::array<metrics::Nanoseconds, metrics::kPhases>& phases, std::string& peer) {
  dns::Result found;
  {
    const PhaseTimer timer(phases[static_cast<std::size_t>(Phase::dns)]);
    if (Trouble trouble = resolve(endpoint, patience, found)) {
      back_off(endpoint);
      return trouble;
    }
  }
  const PhaseTimer timer(phases[static_cast<std::size_t>(Phase::connect)]);
  Trouble trouble = connect_to_any(stream, endpoint, found, patience, peer);
  if (trouble) {
    back_off(endpoint);
  } else {
    forget(endpoint);
  }
  return trouble;
}

Trouble Connector::resolve(const Endpoint& endpoint, fiber::Duration patience, dns::Result& result) {
  if (auto known = resolver_.cached(endpoint.host, endpoint.port)) {
    result = std::move(*known);
  } else {
    auto question = std::make_shared<Question>();
    question->asker = loop_.running();
    // When this fiber is gone, nobody is woken.
    const std::shared_ptr<void> forget(nullptr, [&question](void*) { question->asker = nullptr; });
    resolver_.lookup(endpoint.host, endpoint.port, [question, &loop = loop_](const dns::Result& answer) {
      loop.post([question, &loop, answer] {
        question->answer = answer;
        if (question->asker != nullptr) loop.wake(*question->asker);
      });
    });
    while (!question->answer) {
      if (loop_.park()) continue;
      return {RequestError::resolve,
              "cannot resolve \"" + endpoint.host + "\": no name server answered within " + format_duration(patience)};
    }
    result = std::move(*question->answer);
  }
  if (result) return {};
  return {RequestError::resolve, "cannot resolve \"" + endpoint.host + "\": " + result.error};
}

Trouble Connector::connect_to_any(fiber::TcpStream& stream, Endpoint& endpoint, const dns::Result& found, fiber::Duration patience,
                                  std::string& peer) {
  const fiber::TimePoint deadline = loop_.deadline();
  const fiber::TimePoint own_deadline = fiber::Clock::now() + timeout_;
  Trouble trouble;
  const std::size_t count = found.addresses.size();
  for (std::size_t i = 0; i < count; ++i) {
    const std::size_t index = (endpoint.preferred + i) % count;
    const dns::Address& address = found.addresses[index];
    if (const auto why_not = rules_ == nullptr ? std::nullopt : rules_->why_not(endpoint.host, address.data())) {
      // What another address of the target has said says more about the target.
      if (!trouble)
        trouble = {RequestError::not_allowed, "connect: this agent may not connect to " + address.to_string() + ": " + *why_not};
      continue;
    }
    // An address that swallows everything leaves time for the others.
    const fiber::TimePoint now = fiber::Clock::now();
    const auto left = std::min(deadline, own_deadline) - now;
    loop_.set_deadline(now + left / static_cast<std::int64_t>(count - i));
    peer = address.to_string();
    const fiber::IoResult result = stream.connect(address.data(), address.size());
    if (result.ok()) {
      endpoint.preferred = index;
      trouble = {};
      break;
    }
    trouble =
        result.end == fiber::IoResult::End::timed_out ? too_late(deadline < own_deadline ? patience : timeout_) : trouble_of(result.error);
    trouble.message += " " + peer;
  }
  loop_.set_deadline(deadline);
  return trouble;
}

bool Connector::wait_until_allowed(const Endpoint& endpoint) {
  const auto known = std::find_if(unreachable_.begin(), unreachable_.end(), [&](const BackOff& one) { return one.endpoint == &endpoint; });
  if (known == unreachable_.end() || known->until <= fiber::Clock::now()) return false;
  loop_.sleep_until(known->until);
  return true;
}

void Connector::back_off(const Endpoint& endpoint) {
  const auto now = fiber::Clock::now();
  auto known = std::find_if(unreachable_.begin(), unreachable_.end(), [&](const BackOff& one) { return one.endpoint == &endpoint; });
  if (known == unreachable_.end()) {
    std::erase_if(unreachable_, [&](const BackOff& one) { return one.until + kLongestDelay < now; });
    unreachable_.push_back({&endpoint, {}, {}});
    known = std::prev(unreachable_.end());
  }
  known->delay = std::clamp(known->delay * 2, kFirstDelay, kLongestDelay);
  known->until = now + known->delay;
}

void Connector::forget(const Endpoint& endpoint) {
  if (unreachable_.empty()) return;
  std::erase_if(unreachable_, [&](const BackOff& one) { return one.endpoint == &endpoint; });
}

}  // namespace loads::http
