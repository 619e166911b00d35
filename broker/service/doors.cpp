#include "broker/service/doors.h"

#include <unistd.h>

#include <algorithm>
#include <climits>

#include "broker/service/turnstile.h"
#include "common/descriptors.h"
#include "common/log.h"
#include "proto/wire/enrolment.h"

namespace loads::broker {
namespace {

constexpr std::uint64_t kSpareDescriptors = 200;  // for the disk, and for the connections of those who look what is wrong
constexpr std::uint64_t kSparedPart = 4;          // of a low limit: one in so many is spared
constexpr std::chrono::seconds kLookPeriod{1};
constexpr int kMostSubscriptions = 256;  // taken in a turn

std::uint64_t spared(std::uint64_t limit) { return std::min(limit / kSparedPart, kSpareDescriptors); }

std::optional<wire::KeyPair> broker_keys(const Options& options, const Environment& environment) {
  const wire::Endpoints& to = options.endpoints;
  const bool tcp = wire::is_tcp(to.frontend) || wire::is_tcp(to.backend) || wire::is_tcp(to.publisher);
  if (!tcp || options.insecure) return {};
  const auto file = wire::default_broker_key(environment, keys_folder(options, environment));
  const bool there = std::filesystem::exists(file);
  for (const std::string& endpoint : {to.frontend, to.backend, to.publisher}) wire::require_keys_for(endpoint, there, options.insecure);
  return wire::read_broker_key(file);
}

}  // namespace

Doors::Doors(const Options& options, const Environment& environment)
    : context_(static_cast<int>(raise_descriptor_limit())), descriptor_limit_(raise_descriptor_limit()) {
  // A crowd that comes between two looks takes half of what is spared at most.
  spare_descriptors(static_cast<int>(std::min<std::uint64_t>(descriptor_limit_ - spared(descriptor_limit_) / 2, INT_MAX)));
  const auto keys = broker_keys(options, environment);
  if (keys) {
    keys_.emplace(keys_folder(options, environment));
    zap_.emplace(context_, *keys_);
    poller_.add(*zap_);
  }
  if (!options.endpoints.folder.empty()) folder_.emplace(options.endpoints.folder);
  frontend_.emplace(wire::Socket::router(context_, wire::Door::frontend, keys));
  backend_.emplace(wire::Socket::router(context_, wire::Door::backend, keys));
  publisher_.emplace(wire::Socket::xpub(context_, keys));
  frontend_monitor_.emplace(context_, *frontend_);
  backend_monitor_.emplace(context_, *backend_);
  open(*frontend_, options.endpoints.frontend);
  open(*backend_, options.endpoints.backend);
  open(*publisher_, options.endpoints.publisher);
  poller_.add(*frontend_monitor_);
  poller_.add(*backend_monitor_);
  if (options.insecure) log::warn("--insecure-no-auth: whoever reaches these endpoints runs code on every agent");
}

Doors::~Doors() = default;

void Doors::open(wire::Socket& socket, const std::string& endpoint) {
  socket.bind(endpoint);
  poller_.add(socket);
}

void Doors::wait(std::chrono::milliseconds time, int wake_up) {
  if (wake_up_ != wake_up) poller_.add_descriptor(wake_up_ = wake_up);
  poller_.wait(time);
}

void Doors::attend() {
  if (zap_) zap_->serve();
  if (keys_) keys_->refresh();
  const auto now = std::chrono::steady_clock::now();
  for (auto* monitor : {&*frontend_monitor_, &*backend_monitor_}) {
    monitor->read_events();
    if (const std::string line = monitor->report(now); !line.empty()) log::warn(line);
  }
  // Who subscribes is nobody's business; the messages have to be taken.
  for (int i = 0; i < kMostSubscriptions && publisher_->receive(); ++i) {
  }
  if (now >= next_look_) {
    next_look_ = now + kLookPeriod;
    watch_descriptors();
  }
}

// Without descriptors ZeroMQ turns in circles and tells nobody: better to let nobody in.
void Doors::watch_descriptors() {
  const std::uint64_t open = open_descriptors();
  const bool short_of = open == 0 || open > descriptor_limit_ - spared(descriptor_limit_);
  if (short_of == paused_) return;
  paused_ = short_of;
  trouble_ = short_of ? "the broker has " + std::to_string(open) + " open files of " + std::to_string(descriptor_limit_) +
                            " that it may have: nobody else is let in"
                      : "";
  log::warn(short_of ? trouble_ : "there are open files to spare again: agents and consoles are let in");
  for (wire::Socket* socket : {&*frontend_, &*backend_, &*publisher_}) short_of ? socket->pause_accepting() : socket->resume_accepting();
}

std::optional<wire::Role> Doors::role_of(const wire::Received& received) {
  return keys_ ? keys_->role_of(received.user_id) : wire::Role::anyone_local;
}

}  // namespace loads::broker
