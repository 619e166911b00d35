#include "broker/check.h"

#include <chrono>
#include <iostream>

#include "common/failure.h"
#include "common/version.h"
#include "proto/codec.h"
#include "proto/console_messages.h"
#include "proto/wire/poller.h"
#include "proto/wire/socket.h"

namespace loads::broker {
namespace {

constexpr std::chrono::seconds kPatience{2};

}  // namespace

int check(const wire::Endpoints& endpoints) {
  if (wire::is_tcp(endpoints.frontend))
    throw Failure(exit_code::usage, "--check looks at this machine's broker; ask others with loads-runner --ping-broker --broker ADDRESS.",
                  "options");
  wire::Context context;
  wire::Socket socket = wire::Socket::dealer(context);
  wire::Poller poller;
  poller.add(socket);
  socket.connect(endpoints.frontend);
  const auto end = std::chrono::steady_clock::now() + kPatience;
  bool asked = false;
  while (std::chrono::steady_clock::now() < end) {
    if (!asked) asked = socket.send(proto::encode(proto::Ping{1, proto::kMajor, std::string(version())})) == wire::Sent::sent;
    poller.wait(std::chrono::milliseconds(20));
    const auto received = socket.receive();
    if (!received) continue;
    const auto decoded = proto::decode<proto::ToConsole>(received->bytes);
    const auto* pong = decoded ? std::get_if<proto::Pong>(&decoded.message) : nullptr;
    if (pong == nullptr) continue;
    std::cout << "Broker running on pid " << pong->pid << std::endl;
    poller.remove(socket);
    return exit_code::passed;
  }
  poller.remove(socket);
  std::cout << "No broker answers at " << endpoints.frontend << std::endl;
  return exit_code::no_broker;
}

}  // namespace loads::broker
