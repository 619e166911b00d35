#include "runner/worker/engine_settings.h"

#include "runner/worker/connection_settings.h"
#include "runner/worker/session_settings.h"

namespace loads::runner {

proto::EngineSettings to_proto(const user::Settings& settings) {
  proto::EngineSettings out;
  out.threads = settings.threads;
  out.server_url = settings.server_url;
  out.headers = settings.headers;
  out.timeout = settings.timeout;
  out.stop_timeout = settings.stop_timeout;
  out.resolve_once = settings.resolve_once;
  out.seed = settings.seed;
  out.variables = settings.variables;
  out.connections = to_proto(settings.connections);
  out.session = to_proto(settings.session);
  out.no_patching = !settings.patching;
  return out;
}

}  // namespace loads::runner
