#include "proto/wire/endpoints.h"

#include <pwd.h>
#include <sys/stat.h>
#include <sys/un.h>

#include <algorithm>
#include <charconv>
#include <string_view>

#include "common/failure.h"

namespace loads::wire {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kTcp = "tcp://";
constexpr std::string_view kIpc = "ipc://";
constexpr std::uint16_t kLastPort = 65533;  // of the frontend: the two above it are taken as well
constexpr std::size_t kLongestPath = sizeof(sockaddr_un::sun_path) - 1;

constexpr const char* kFrontendFile = "frontend.ipc";
constexpr const char* kBackendFile = "backend.ipc";
constexpr const char* kPublisherFile = "publisher.ipc";

[[noreturn]] void refuse(const std::string& address, const std::string& why) {
  throw Failure(exit_code::usage, "the broker's address \"" + address + "\" " + why, "options");
}

bool is_host(std::string_view host) {
  constexpr std::string_view kOthers = "-._:%*";  // a scope follows %, * is every address of this machine
  return !host.empty() && std::all_of(host.begin(), host.end(), [&](char letter) {
    return (letter >= 'a' && letter <= 'z') || (letter >= 'A' && letter <= 'Z') || (letter >= '0' && letter <= '9') ||
           kOthers.find(letter) != std::string_view::npos;
  });
}

std::uint16_t parse_port(const std::string& address, std::string_view text) {
  std::uint16_t port = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), port);
  if (error != std::errc() || end != text.data() + text.size())
    refuse(address, "has no port behind its colon, as in tcp://broker.example:7780");
  return port;
}

// Where the host ends: behind the bracket of an IPv6 address, else at the colon.
std::size_t end_of_host(const std::string& address, std::string_view rest) {
  if (rest.starts_with('[')) {
    const auto bracket = rest.find(']');
    if (bracket == std::string_view::npos) refuse(address, "lacks the closing bracket of tcp://[::1]:7780");
    return bracket + 1;
  }
  if (std::count(rest.begin(), rest.end(), ':') > 1)
    refuse(address, "is ambiguous: write an IPv6 address in brackets, as in tcp://[::1]:7780");
  return std::min(rest.find(':'), rest.size());
}

Endpoints tcp_endpoints(const std::string& address) {
  const auto [host, port] = tcp_parts(address);
  if (port == 0 || port > kLastPort) {
    refuse(address, "needs a port from 1 to " + std::to_string(kLastPort) + ", because a broker takes the two ports above it as well");
  }
  const std::string prefix = std::string(kTcp) + (host.find(':') == std::string::npos ? host : "[" + host + "]") + ":";
  return {prefix + std::to_string(port), prefix + std::to_string(port + 1), prefix + std::to_string(port + 2), {}};
}

Endpoints ipc_endpoints(const std::string& address) {
  fs::path folder = fs::path(address.substr(kIpc.size())).lexically_normal();
  if (!folder.is_absolute()) refuse(address, "needs a whole path, as in ipc:///run/loads");
  if (!folder.has_filename()) folder = folder.parent_path();  // a slash at the end
  const auto name = folder.filename();
  if (name == kFrontendFile || name == kBackendFile || name == kPublisherFile) folder = folder.parent_path();
  const auto endpoint = [&](const char* file) { return std::string(kIpc) + (folder / file).string(); };
  Endpoints endpoints{endpoint(kFrontendFile), endpoint(kBackendFile), endpoint(kPublisherFile), folder};
  ipc_path(endpoints.publisher);  // the longest of the three
  return endpoints;
}

bool is_folder_of(const fs::path& folder, uid_t user) {
  struct stat status {};
  return ::stat(folder.c_str(), &status) == 0 && S_ISDIR(status.st_mode) && status.st_uid == user;
}

// A service manager may start a broker without any environment, and its agents with one: both have to come to the same home.
fs::path home(const Environment& environment, uid_t user) {
  if (const fs::path named = variable(environment, "HOME"); named.is_absolute()) return named;
  const passwd* entry = ::getpwuid(user);
  return entry == nullptr || entry->pw_dir == nullptr ? fs::path() : fs::path(entry->pw_dir);
}

fs::path state_folder(const Environment& environment, uid_t user) {
  const fs::path state = variable(environment, "XDG_STATE_HOME");
  if (state.is_absolute()) return state;
  if (const fs::path folder = home(environment, user); folder.is_absolute()) return folder / ".local/state";
  throw Failure(exit_code::usage,
                "there is no folder for the broker's sockets: HOME and XDG_RUNTIME_DIR are not set. Set one, or use --broker", "options");
}

fs::path default_folder(const Environment& environment, uid_t user, const fs::path& run) {
  const std::string of_systemd = variable(environment, "RUNTIME_DIRECTORY");  // may be a list
  const fs::path service = of_systemd.substr(0, of_systemd.find(':'));
  if (service.is_absolute()) return service;
  const fs::path session = variable(environment, "XDG_RUNTIME_DIR");
  if (session.is_absolute()) return session / "loads";
  const fs::path of_user = run / "user" / std::to_string(user);
  if (is_folder_of(of_user, user)) return of_user / "loads";
  if (user == 0) return run / "loads";
  return state_folder(environment, user) / "loads/run";
}

}  // namespace

HostAndPort tcp_parts(const std::string& endpoint, std::uint16_t fallback) {
  const auto rest = std::string_view(endpoint).substr(kTcp.size());
  const auto end = end_of_host(endpoint, rest);
  const bool bracketed = rest.starts_with('[');
  const auto host = bracketed ? rest.substr(1, end - 2) : rest.substr(0, end);
  if (!is_host(host)) refuse(endpoint, "has no host that could be one, as in tcp://broker.example:7780");
  if (end == rest.size()) return {std::string(host), fallback};
  if (rest[end] != ':') refuse(endpoint, "has letters behind its bracket; write tcp://[::1]:7780");
  return {std::string(host), parse_port(endpoint, rest.substr(end + 1))};
}

fs::path ipc_path(const std::string& endpoint) {
  const std::string path = endpoint.substr(kIpc.size());
  if (path.size() > kLongestPath) {
    refuse(endpoint, "is too long: the system allows " + std::to_string(kLongestPath) + " bytes for the path of a socket, this has " +
                         std::to_string(path.size()) + ". Use a folder nearer to the root, as in ipc:///run/loads");
  }
  return path;
}

Endpoints endpoints_of(const std::string& address) {
  if (is_tcp(address)) return tcp_endpoints(address);
  if (is_ipc(address)) return ipc_endpoints(address);
  if (address.find("://") == std::string::npos && is_host(address)) refuse(address, "lacks its beginning: write tcp://" + address);
  refuse(address, "is none: write tcp://HOST:PORT, or ipc:///FOLDER for a broker of this machine");
}

Endpoints default_endpoints(const Environment& environment, uid_t user, const fs::path& run) {
  return ipc_endpoints(std::string(kIpc) + default_folder(environment, user, run).string());
}

bool is_tcp(const std::string& endpoint) { return endpoint.starts_with(kTcp); }

bool is_ipc(const std::string& endpoint) { return endpoint.starts_with(kIpc); }

bool is_loopback(const std::string& endpoint) {
  if (!is_tcp(endpoint)) return false;
  const std::string host = tcp_parts(endpoint).host;
  const bool numeric = host.find_first_not_of("0123456789.") == std::string::npos;
  return host == "localhost" || host == "::1" || (numeric && host.starts_with("127."));
}

}  // namespace loads::wire
