#include "agent/service/broker_link.h"

#include <algorithm>
#include <utility>

namespace loads::agent {
namespace {

// The broker answers a beat each second. A connection that is broken is noticed earlier, by TCP.
constexpr std::chrono::seconds kRenewAfter{20};
// For the first word on a new connection; doubled each time. A broker to which thousands of agents come at once needs long for their
// handshakes, and who hangs up meanwhile has to queue again.
constexpr std::chrono::seconds kFirstPatience{5};
constexpr std::chrono::seconds kLongestPatience{40};

}  // namespace

BrokerLink::BrokerLink(std::string endpoint, std::optional<wire::PeerKeys> keys, wire::Poller& poller)
    : endpoint_(std::move(endpoint)), keys_(std::move(keys)), poller_(poller), patience_(kFirstPatience) {
  open();
}

BrokerLink::~BrokerLink() { close(); }

void BrokerLink::open() {
  opened_ = std::chrono::steady_clock::now();
  heard_since_opened_ = false;
  socket_.emplace(wire::Socket::quiet_dealer(context_, keys_));
  socket_->connect(endpoint_);
  poller_.add(*socket_);
}

void BrokerLink::close() {
  poller_.remove(*socket_);
  socket_.reset();
}

void BrokerLink::send(const std::string& bytes) { socket_->send(bytes); }

std::optional<std::string> BrokerLink::receive() {
  auto received = socket_->receive();
  if (!received) return {};
  heard_ = std::chrono::steady_clock::now();
  heard_since_opened_ = true;
  patience_ = kFirstPatience;
  return std::move(received->bytes);
}

void BrokerLink::renew_when_silent() {
  const auto now = std::chrono::steady_clock::now();
  if (heard_since_opened_ ? now - heard_ < kRenewAfter : now - opened_ < patience_) return;
  if (!heard_since_opened_) patience_ = std::min(2 * patience_, kLongestPatience);
  close();
  open();
}

}  // namespace loads::agent
