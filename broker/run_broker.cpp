#include "broker/run_broker.h"

#include <malloc.h>
#include <unistd.h>

#include <csignal>
#include <iostream>
#include <optional>

#include "broker/check.h"
#include "broker/import/import_spool.h"
#include "broker/local_agents.h"
#include "broker/options.h"
#include "broker/service/lookout.h"
#include "broker/service/service.h"
#include "broker/web/server.h"
#include "common/failure.h"
#include "common/log.h"
#include "common/state_folder.h"
#include "common/stop_signals.h"
#include "common/version.h"
#include "proto/wire/enrolment.h"

namespace loads::broker {
namespace {

int make_key(const Options& options, const Environment& environment) {
  const auto file = wire::keygen(keys_folder(options, environment));
  std::cout << "The broker's key is " << file.string()
            << ".\nLet agents and consoles in: loads-broker --enroll agent NAME, loads-broker --enroll runner NAME." << std::endl;
  return exit_code::passed;
}

int enroll(const Options& options, const Environment& environment) {
  const auto role = wire::parse_enrolled_role(options.enroll[0]);
  if (!role) throw Failure(exit_code::usage, "\"" + options.enroll[0] + "\" is no role: it is agent, runner or viewer.", "options");
  const auto file = wire::enroll(keys_folder(options, environment), *role, options.enroll[1]);
  const char* name = *role == wire::Role::agent ? "agent.key" : "runner.key";  // a viewer's program is loads-runner
  std::cout << "Copy " << file.string() << " to that machine, as ~/.config/loads/" << name << " or wherever --key names it." << std::endl;
  return exit_code::passed;
}

int revoke(const Options& options, const Environment& environment) {
  wire::revoke(keys_folder(options, environment), options.revoke);
  std::cout << options.revoke << " is let in no more." << std::endl;
  return exit_code::passed;
}

void open_log(const Options& options) {
  if (options.debug) log::set_level(log::Level::debug);
  if (!options.log_file.empty()) log::open_file(options.log_file);
  for (const std::string& notice : options.notices) log::info(notice);
}

std::filesystem::path state_of(const Options& options) {
  return options.state.empty() ? state_folder() / "broker" : std::filesystem::path(options.state);
}

int import(const Options& options) {
  open_log(options);
  const LockedFolder folder(state_of(options), "broker");
  Shelf shelf(folder.path());
  return import_spool(shelf, options.import_spool, std::cout);
}

// ZeroMQ's thread allocates what the wire thread frees. With a heap for each of them half of what thousands of agents take is holes.
void share_one_heap() { ::mallopt(M_ARENA_MAX, 1); }

int serve(const Options& options, const Environment& environment) {
  if (options.local_agents > 0 && wire::is_tcp(options.endpoints.backend)) {
    throw Failure(exit_code::usage,
                  "--local-agents goes with a broker of this machine alone. Over tcp start them yourself: loads-agent --broker ADDRESS.",
                  "options");
  }
  const auto observers = observer::make_observers(options.observers);
  share_one_heap();
  StopSignals stop;
  std::signal(SIGPIPE, SIG_IGN);
  open_log(options);
  const LockedFolder folder(state_of(options), "broker");
  Shelf shelf(folder.path());
  Doors doors(options, environment);
  Announcer announcer(shelf, {observers, options.allowed_observers, !wire::is_tcp(options.endpoints.frontend)});
  Service service(doors, shelf, announcer, options.keep_runs);
  log::info("loads-broker " + std::string(version()) + " at " + options.endpoints.frontend + ", pid " + std::to_string(::getpid()));
  std::optional<web::Server> web;
  std::optional<Lookout> lookout;
  if (options.web) {
    service.show_to(lookout.emplace(web.emplace(*options.web)));
    log::info("figures for Prometheus at " + web->url());
  }
  const LocalAgents agents(options.local_agents, options.endpoints, folder.path());
  service.run(stop);
  log::info("ending");
  return exit_code::passed;
}

}  // namespace

int run_broker(const std::vector<std::string>& arguments, const Environment& environment) {
  const auto options = read_options(arguments, environment);
  if (!options) return exit_code::passed;
  if (options->keygen) return make_key(*options, environment);
  if (!options->enroll.empty()) return enroll(*options, environment);
  if (!options->revoke.empty()) return revoke(*options, environment);
  if (!options->import_spool.empty()) return import(*options);
  if (options->check) return check(options->endpoints);
  return serve(*options, environment);
}

}  // namespace loads::broker
