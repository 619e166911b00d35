#pragma once

#include <atomic>
#include <chrono>
#include <filesystem>
#include <functional>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "proto/codec.h"
#include "proto/console_messages.h"
#include "proto/wire/poller.h"
#include "proto/wire/socket.h"
#include "runner/cluster/broker_address.h"

namespace loads::runner {

// A broker at real sockets, on a thread of its own, that answers what it is told to.
class ScriptedBroker {
 public:
  using Script = std::function<std::vector<std::string>(const proto::FromConsole&)>;

  ScriptedBroker(const std::filesystem::path& folder, Script script)
      : endpoints_(wire::endpoints_of("ipc://" + folder.string())), script_(std::move(script)) {
    thread_ = std::thread([this] { serve(); });
    while (!listening_) std::this_thread::yield();
  }
  ~ScriptedBroker() {
    over_ = true;
    thread_.join();
  }

  std::string publisher() const { return endpoints_.publisher; }

 private:
  void serve() {
    wire::Context context;
    wire::Socket frontend = wire::Socket::router(context, wire::Door::frontend);
    wire::Socket publisher = wire::Socket::xpub(context);
    frontend.bind(endpoints_.frontend);
    publisher.bind(endpoints_.publisher);
    wire::Poller poller;
    poller.add(frontend);
    poller.add(publisher);
    listening_ = true;
    while (!over_) {
      poller.wait(std::chrono::milliseconds(10));
      while (const auto received = frontend.receive()) {
        for (const std::string& answer : script_(proto::decode<proto::FromConsole>(received->bytes).message))
          frontend.send(received->route, answer);
      }
      // Whoever subscribes is sent one state.
      while (const auto subscription = publisher.receive()) {
        proto::Snapshot snapshot;
        snapshot.status.run = subscription->bytes.substr(1);
        snapshot.status.plan.steps = {plan::Step{1, 1, std::nullopt}};
        publisher.send(snapshot.status.run, proto::encode(snapshot));
      }
    }
    poller.remove(frontend);
    poller.remove(publisher);
  }

  wire::Endpoints endpoints_;
  Script script_;
  std::atomic<bool> listening_ = false;
  std::atomic<bool> over_ = false;
  std::thread thread_;
};

inline BrokerAddress scripted_address(const std::filesystem::path& folder) {
  const std::string text = "ipc://" + folder.string();
  return {text, wire::endpoints_of(text), std::nullopt};
}

inline proto::Pong scripted_pong(const std::filesystem::path& folder, std::uint64_t request) {
  proto::Pong pong;
  pong.request = request;
  pong.pid = 4711;
  pong.major = proto::kMajor;
  pong.publisher = scripted_address(folder).endpoints.publisher;
  return pong;
}

// Answers pings, and leaves the rest to `script`.
inline ScriptedBroker::Script after_ping(const std::filesystem::path& folder, const ScriptedBroker::Script& script) {
  return [folder, script](const proto::FromConsole& message) -> std::vector<std::string> {
    if (const auto* ping = std::get_if<proto::Ping>(&message)) return {proto::encode(scripted_pong(folder, ping->request))};
    return script(message);
  };
}

}  // namespace loads::runner
