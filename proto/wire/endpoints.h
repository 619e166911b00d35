#pragma once

#include <sys/types.h>
#include <unistd.h>

#include <cstdint>
#include <filesystem>
#include <string>

#include "common/environment.h"

namespace loads::wire {

// Where a broker is found. Its address is one text, as --broker takes it, from which the endpoints of its three sockets follow:
//
//   tcp://HOST:PORT      frontend on PORT, backend on PORT + 1, publisher on PORT + 2; without a port 7780; [::1] for IPv6
//   ipc:///run/loads     the files frontend.ipc, backend.ipc and publisher.ipc in that folder; one of the files means its folder
//
// Pure functions but for the look at who owns /run/user/UID. Bad addresses throw loads::Failure(exit_code::usage, ..., "options").

enum class Door : std::uint8_t { frontend, backend, publisher };  // consoles, agents, and what consoles listen to

inline constexpr std::uint16_t kDefaultPort = 7780;

struct Endpoints {
  std::string frontend;
  std::string backend;
  std::string publisher;
  std::filesystem::path folder;  // of the files; empty for tcp

  bool operator==(const Endpoints&) const = default;
};

Endpoints endpoints_of(const std::string& address);

// Where broker, agents and consoles of one machine meet when none is told an address: $RUNTIME_DIRECTORY (systemd's),
// $XDG_RUNTIME_DIR/loads, <run>/user/UID/loads when that is ours, <run>/loads for root, and otherwise $XDG_STATE_HOME/loads/run, which is
// below ~/.local/state unless it is set (~ being $HOME, else what the system knows as the user's home). Never a folder that everybody may
// write to.
Endpoints default_endpoints(const Environment& environment, uid_t user = ::geteuid(), const std::filesystem::path& run = "/run");

bool is_tcp(const std::string& endpoint);
bool is_ipc(const std::string& endpoint);
bool is_loopback(const std::string& endpoint);  // a tcp endpoint that only this machine reaches

std::filesystem::path ipc_path(const std::string& endpoint);  // of an ipc endpoint; throws when the path is longer than the system allows

// The parts of a tcp endpoint, the host without brackets; the port is 0 to 65535, or `fallback` where it is missing.
struct HostAndPort {
  std::string host;
  std::uint16_t port = 0;
};
HostAndPort tcp_parts(const std::string& endpoint, std::uint16_t fallback = kDefaultPort);

}  // namespace loads::wire
