#pragma once

#include <chrono>
#include <optional>
#include <string>

#include "proto/wire/poller.h"
#include "proto/wire/socket.h"

namespace loads::agent {

// The agent's connection to its broker, which may come and go. One thread.
class BrokerLink {
 public:
  BrokerLink(std::string endpoint, std::optional<wire::PeerKeys> keys, wire::Poller& poller);
  ~BrokerLink();
  BrokerLink(const BrokerLink&) = delete;
  BrokerLink& operator=(const BrokerLink&) = delete;

  void send(const std::string& bytes);  // lost when there is no connection
  std::optional<std::string> receive();
  // ZeroMQ connects again by itself when a connection breaks, but not after every kind of refusal, and a message may be lost on the way to
  // a broker that does not answer any other: a link that is silent for long is made anew.
  void renew_when_silent();
  std::chrono::steady_clock::duration silence() const { return std::chrono::steady_clock::now() - heard_; }

 private:
  void open();
  void close();

  std::string endpoint_;
  std::optional<wire::PeerKeys> keys_;
  wire::Poller& poller_;
  wire::Context context_{16};
  std::optional<wire::Socket> socket_;
  std::chrono::steady_clock::time_point heard_ = std::chrono::steady_clock::now();
  std::chrono::steady_clock::time_point opened_{};
  bool heard_since_opened_ = false;
  std::chrono::seconds patience_;  // for the first word
};

}  // namespace loads::agent
