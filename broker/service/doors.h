#pragma once

#include <chrono>
#include <memory>
#include <optional>
#include <string>

#include "broker/options.h"
#include "proto/wire/access.h"
#include "proto/wire/handshake_monitor.h"
#include "proto/wire/ipc_folder.h"
#include "proto/wire/poller.h"
#include "proto/wire/socket.h"
#include "proto/wire/zap.h"

namespace loads::broker {

// The broker's three sockets, open, and who may come in by them. One thread.
class Doors {
 public:
  explicit Doors(const Options& options, const Environment& environment);
  ~Doors();
  Doors(const Doors&) = delete;
  Doors& operator=(const Doors&) = delete;

  wire::Socket& frontend() { return *frontend_; }
  wire::Socket& backend() { return *backend_; }
  wire::Socket& publisher() { return *publisher_; }

  void wait(std::chrono::milliseconds time, int wake_up);  // until something came, or `wake_up` is readable
  void attend();                                           // to handshakes, refusals and descriptors; once a turn
  // What the sender of a message may do; nothing: it may not be here any more.
  std::optional<wire::Role> role_of(const wire::Received& received);
  const std::string& trouble() const { return trouble_; }  // empty: all is well

 private:
  void open(wire::Socket& socket, const std::string& endpoint);
  void watch_descriptors();

  wire::Context context_;
  std::optional<wire::IpcFolder> folder_;
  std::optional<wire::AuthorisedKeys> keys_;
  std::optional<wire::Zap> zap_;
  std::optional<wire::Socket> frontend_;
  std::optional<wire::Socket> backend_;
  std::optional<wire::Socket> publisher_;
  std::optional<wire::HandshakeMonitor> frontend_monitor_;
  std::optional<wire::HandshakeMonitor> backend_monitor_;
  wire::Poller poller_;
  int wake_up_ = -1;
  std::uint64_t descriptor_limit_;
  std::chrono::steady_clock::time_point next_look_{};
  bool paused_ = false;
  std::string trouble_;
};

}  // namespace loads::broker
