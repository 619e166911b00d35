#include "runner/options/engine_settings.h"

#include <algorithm>
#include <random>

namespace loads::runner {
namespace {

std::uint64_t random_seed() {
  std::random_device random;
  return (static_cast<std::uint64_t>(random()) << 32U) | random();
}

}  // namespace

user::Settings engine_settings(const Options& options) {
  user::Settings settings;
  settings.threads = options.threads;
  settings.server_url = options.server_url;
  settings.headers = options.headers;
  settings.timeout = options.timeout;
  settings.connect_timeout = std::min(settings.connect_timeout, options.timeout);
  settings.stop_timeout = options.stop_timeout;
  settings.resolve_once = options.resolve_once;
  settings.patching = !options.no_patching;
  settings.seed = options.seed ? *options.seed : random_seed();
  settings.trace = options.trace;
  settings.variables = options.variables;
  settings.connections = options.connections;
  settings.session = options.session;
  return settings;
}

}  // namespace loads::runner
