#include "agent/run_agent.h"

#include <unistd.h>

#include <csignal>
#include <iostream>
#include <optional>
#include <system_error>

#include "agent/options.h"
#include "agent/service/own_identity.h"
#include "agent/service/service.h"
#include "agent/work/calibration.h"
#include "agent/work/descendants.h"
#include "common/descriptors.h"
#include "common/failure.h"
#include "common/log.h"
#include "common/state_folder.h"
#include "common/stop_signals.h"
#include "common/version.h"
#include "proto/wire/endpoints.h"
#include "proto/wire/enrolment.h"

namespace loads::agent {
namespace {

void open_log(const Options& options) {
  if (options.debug) log::set_level(log::Level::debug);
  if (!options.log_file.empty()) log::open_file(options.log_file);
  for (const std::string& notice : options.notices) log::info(notice);
}

LockedFolder own_folder(const Options& options) {
  if (!options.state.empty()) return LockedFolder(options.state, "agent");
  return claim_slot(state_folder() / "agents");
}

// What is of the machine, and not of one of its agents, unless that has a folder of its own.
std::filesystem::path shared_folder(const Options& options) {
  return options.state.empty() ? state_folder() / "agents" : std::filesystem::path(options.state);
}

int calibrate(const Options& options) {
  const proto::Calibration calibration = measure(find_runner());
  std::cout << to_text(calibration) << "Kept in " << keep(calibration, shared_folder(options)).string() << std::endl;
  return exit_code::passed;
}

std::filesystem::path credential_file(const Options& options, const Environment& environment) {
  if (!options.credential.empty()) return options.credential;
  if (const auto given = variable(environment, "CREDENTIALS_DIRECTORY"); !given.empty()) return std::filesystem::path(given) / "agent.key";
  return wire::default_keys_folder(environment, ::geteuid() == 0) / "agent.key";
}

std::optional<wire::PeerKeys> keys(const Options& options, const Environment& environment) {
  if (!wire::is_tcp(options.backend) || options.insecure) return {};
  const auto file = credential_file(options, environment);
  if (std::error_code error; !std::filesystem::exists(file, error)) {
    throw Failure(exit_code::usage,
                  "a broker over tcp needs a key, and there is no " + file.string() +
                      ". On the broker's machine: loads-broker --enroll agent NAME, and copy the file that it names to here.",
                  "keys");
  }
  const auto credential = wire::read_credential(file);
  if (credential.role != wire::Role::agent)
    throw Failure(exit_code::usage, file.string() + " is no agent's key. loads-broker --enroll agent NAME makes one.", "keys");
  return credential.keys;
}

}  // namespace

int run_agent(const std::vector<std::string>& arguments, const Environment& environment) {
  const auto options = read_options(arguments, environment);
  if (!options) return exit_code::passed;
  StopSignals stop;
  std::signal(SIGPIPE, SIG_IGN);
  raise_descriptor_limit();
  open_log(*options);
  if (options->calibrate) return calibrate(*options);
  const LockedFolder folder = own_folder(*options);
  Identity identity = own_identity(folder.path());
  identity.calibration = kept_calibration(shared_folder(*options)).value_or(proto::Calibration{});
  log::info("loads-agent " + std::string(version()) + " " + identity.name + ", for the broker at " + options->backend);
  const RealOutside::Places places{folder.path(), folder.path().parent_path() / "bundles", find_runner(), options->allow_targets,
                                   options->python};
  adopt_orphans();
  Service service(identity, places, {options->limits, true}, options->backend, keys(*options, environment), options->end_without_broker,
                  options->spool_limit);
  service.run(stop);
  return exit_code::passed;
}

}  // namespace loads::agent
