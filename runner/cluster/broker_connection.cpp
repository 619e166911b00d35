#include "runner/cluster/broker_connection.h"

#include <algorithm>

#include "common/version.h"
#include "proto/codec.h"

namespace loads::runner {
namespace {

using Clock = std::chrono::steady_clock;
using namespace std::chrono_literals;

constexpr std::size_t kMostWaiting = 64;
constexpr std::chrono::milliseconds kRetry{20};  // of what could not be sent
constexpr std::chrono::milliseconds kTurn{100};
constexpr std::chrono::milliseconds kAskAgain{500};  // a broker that was killed takes what it had received with it

// The number of the request that a message answers; 0: none, or a request that could not be read.
std::uint64_t answered(const proto::ToConsole& message) {
  return std::visit(
      [](const auto& one) -> std::uint64_t {
        if constexpr (requires { one.request; }) {
          return one.request;
        } else {
          return 0;
        }
      },
      message);
}

}  // namespace

BrokerConnection::BrokerConnection(const BrokerAddress& address)
    : frontend_(wire::Socket::dealer(context_, address.keys, wire::kLargestSnapshot)),
      publisher_(wire::Socket::sub(context_, address.keys)),
      address_(address.text),
      endpoint_(address.endpoints.frontend) {
  frontend_.connect(endpoint_);
  poller_.add(frontend_);
  poller_.add(publisher_);
  pong_ = ask<proto::Pong>(proto::Ping{0, proto::kMajor, std::string(version())});
  check_version();
  publisher_.connect(reachable_publisher(pong_.publisher, endpoint_));
}

void BrokerConnection::check_version() const {
  if (pong_.major == proto::kMajor) return;
  throw Failure(exit_code::no_broker,
                "the broker at " + address_ + " speaks protocol " + std::to_string(pong_.major) + " (loads " + pong_.version +
                    "); this loads-runner speaks " + std::to_string(proto::kMajor) + " (" + std::string(version()) + ").",
                "version");
}

void BrokerConnection::send(const proto::FromConsole& message) {
  if (outgoing_.size() == kMostWaiting) outgoing_.pop_front();
  outgoing_.push_back(proto::encode(message));
  flush();
}

void BrokerConnection::flush() {
  while (!outgoing_.empty() && frontend_.send(outgoing_.front()) == wire::Sent::sent) outgoing_.pop_front();
}

void BrokerConnection::listen_to(const std::string& run) { publisher_.subscribe(run); }

std::optional<proto::ToConsole> BrokerConnection::receive() {
  while (const auto received = frontend_.receive()) {
    auto decoded = proto::decode<proto::ToConsole>(received->bytes);
    if (decoded) return std::move(decoded.message);
    unreadable_ = decoded.error;
  }
  return {};
}

std::optional<proto::Snapshot> BrokerConnection::receive_publication() {
  while (const auto received = publisher_.receive()) {
    auto decoded = proto::decode<proto::Published>(received->bytes);
    if (decoded) return std::get<proto::Snapshot>(std::move(decoded.message));
  }
  return {};
}

void BrokerConnection::wait(std::chrono::milliseconds longest) {
  flush();
  poller_.wait(outgoing_.empty() ? longest : std::min(longest, kRetry));
  flush();
}

proto::ToConsole BrokerConnection::answer_to(std::uint64_t number, const proto::FromConsole& request) {
  Clock::duration waited{};
  for (Clock::duration next{}; waited < kPatience; waited += turn()) {
    if (waited >= next) {
      send(request);
      next += kAskAgain;
    }
    while (auto message = receive()) {
      const auto* error = std::get_if<proto::Error>(&*message);
      if (error != nullptr && (error->request == number || error->request == 0)) throw Failure(error->exit_code, error->message, error->id);
      if (answered(*message) == number) return *std::move(message);
    }
  }
  refuse_silence();
}

// How long it has waited. When the whole machine stood still nobody could have answered.
Clock::duration BrokerConnection::turn() {
  const auto began = Clock::now();
  wait(kTurn);
  return std::min<Clock::duration>(Clock::now() - began, kTurn);
}

void BrokerConnection::refuse_silence() const {
  if (!unreadable_.empty()) {
    throw Failure(exit_code::no_broker,
                  "what the broker at " + address_ + " answers cannot be read: " + unreadable_ + " (loads-runner " +
                      std::string(version()) + "). Use the same version of Loads for both.",
                  "version");
  }
  throw Failure(
      exit_code::no_broker,
      "Can't reach the broker at " + address_ + " (" + why_silent(endpoint_) + "). Start one: loads-broker, or --broker tcp://HOST:7780.",
      "no-broker");
}

}  // namespace loads::runner
