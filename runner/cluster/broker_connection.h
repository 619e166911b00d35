#pragma once

#include <chrono>
#include <deque>
#include <optional>
#include <string>
#include <variant>

#include "common/failure.h"
#include "proto/console_messages.h"
#include "proto/wire/poller.h"
#include "proto/wire/socket.h"
#include "runner/cluster/broker_address.h"

namespace loads::runner {

// A console's sockets: one to ask the broker, one to listen to what it publishes. Belongs to one thread.
class BrokerConnection {
 public:
  // Connects, and asks the broker who it is. Throws Failure(no_broker): "no-broker" when nothing answers within kPatience, "version" when
  // it speaks another protocol.
  explicit BrokerConnection(const BrokerAddress& address);

  static constexpr std::chrono::seconds kPatience{2};

  const proto::Pong& pong() const { return pong_; }  // the first
  const std::string& address() const { return address_; }

  // Waits in a queue while there is no connection; too many push out the oldest. Whether it arrives only an answer tells.
  void send(const proto::FromConsole& message);
  void listen_to(const std::string& run);

  std::optional<proto::ToConsole> receive();
  std::optional<proto::Snapshot> receive_publication();

  // Until a message has come, a watched descriptor is ready, or the time is over.
  void wait(std::chrono::milliseconds longest);
  void watch(int descriptor) { poller_.add_descriptor(descriptor); }
  void unwatch(int descriptor) { poller_.remove_descriptor(descriptor); }
  bool is_ready(int descriptor) const { return poller_.descriptor_ready(descriptor); }

  // Asks, and asks again, until the answer of that kind comes; so the request has to be one that may be asked twice. Throws the Failure
  // that the broker answers, or "no-broker".
  template <typename Answer, typename Request>
  Answer ask(Request request) {
    request.request = ++request_;
    return std::get<Answer>(answer_to(request_, request));
  }

 private:
  void flush();
  proto::ToConsole answer_to(std::uint64_t number, const proto::FromConsole& request);
  std::chrono::steady_clock::duration turn();
  [[noreturn]] void refuse_silence() const;
  void check_version() const;

  wire::Context context_;
  wire::Socket frontend_;
  wire::Socket publisher_;
  wire::Poller poller_;
  std::string address_;
  std::string endpoint_;
  std::deque<std::string> outgoing_;
  proto::Pong pong_;
  std::uint64_t request_ = std::uint64_t{1} << 32U;  // beyond those of Console, which has its own numbers
  std::string unreadable_;                           // why the last message could not be read
};

}  // namespace loads::runner
