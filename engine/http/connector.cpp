#include "engine/http/connector.h"

#include <algorithm>
#include <cerrno>
#include <cstring>
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
    case ETIMEDOUT: return {RequestError::connect_timeout, "connect: no connection in time"};
    case EMFILE:
    case ENFILE: return {RequestError::no_descriptors, "connect: out of file descriptors"};
    case EADDRNOTAVAIL: return {RequestError::no_ports, "connect: out of local ports"};
    default: return {RequestError::connect_failed, std::string("connect: ") + std::strerror(error)};
  }
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

Trouble Connector::connect(fiber::TcpStream& stream, Endpoint& endpoint, std::array<metrics::Nanoseconds, metrics::kPhases>& phases,
                           std::string& peer) {
  wait_until_allowed();
  dns::Result found;
  {
    const PhaseTimer timer(phases[static_cast<std::size_t>(Phase::dns)]);
    if (Trouble trouble = resolve(endpoint, found)) return trouble;
  }
  const PhaseTimer timer(phases[static_cast<std::size_t>(Phase::connect)]);
  const fiber::TimePoint deadline = loop_.deadline();
  loop_.set_deadline(std::min(deadline, fiber::Clock::now() + timeout_));
  Trouble trouble;
  const std::size_t count = found.addresses.size();
  for (std::size_t i = 0; i < count; ++i) {
    const std::size_t index = (endpoint.preferred + i) % count;
    peer = found.addresses[index].to_string();
    trouble = connect_to_one(stream, found.addresses[index]);
    if (!trouble) {
      endpoint.preferred = index;
      break;
    }
  }
  loop_.set_deadline(deadline);
  note(!trouble);
  if (trouble) trouble.message += " " + peer;
  return trouble;
}

Trouble Connector::resolve(const Endpoint& endpoint, dns::Result& result) {
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
      if (!loop_.park()) return {RequestError::resolve, "cannot resolve \"" + endpoint.host + "\": no name server answered in time"};
    }
    result = std::move(*question->answer);
  }
  if (result) return {};
  return {RequestError::resolve, "cannot resolve \"" + endpoint.host + "\": " + result.error};
}

Trouble Connector::connect_to_one(fiber::TcpStream& stream, const dns::Address& address) {
  const fiber::IoResult result = stream.connect(address.data(), address.size());
  if (result.ok()) return {};
  return trouble_of(result.end == fiber::IoResult::End::timed_out ? ETIMEDOUT : result.error);
}

void Connector::wait_until_allowed() {
  if (not_before_ <= fiber::Clock::now()) return;
  const fiber::TimePoint deadline = loop_.deadline();
  loop_.sleep_until(std::min(not_before_, deadline));
  loop_.set_deadline(deadline);
}

void Connector::note(bool connected) {
  delay_ = connected ? fiber::Duration{} : std::clamp(delay_ * 2, kFirstDelay, kLongestDelay);
  not_before_ = connected ? fiber::TimePoint{} : fiber::Clock::now() + delay_;
}

}  // namespace loads::http
