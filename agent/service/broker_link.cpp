#include "agent/service/broker_link.h"

#include <utility>

namespace loads::agent {
namespace {

constexpr std::chrono::seconds kRenewAfter{10};

}  // namespace

BrokerLink::BrokerLink(std::string endpoint, std::optional<wire::PeerKeys> keys, wire::Poller& poller)
    : endpoint_(std::move(endpoint)), keys_(std::move(keys)), poller_(poller) {
  open();
}

BrokerLink::~BrokerLink() { close(); }

void BrokerLink::open() {
  opened_ = std::chrono::steady_clock::now();
  socket_.emplace(wire::Socket::dealer(context_, keys_));
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
  return std::move(received->bytes);
}

void BrokerLink::renew_when_silent() {
  const auto now = std::chrono::steady_clock::now();
  if (now - heard_ < kRenewAfter || now - opened_ < kRenewAfter) return;
  close();
  open();
}

}  // namespace loads::agent
