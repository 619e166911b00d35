#include "runner/calibrate/calibrate.h"

#include <time.h>

#include <iostream>
#include <string>
#include <vector>

#include "common/failure.h"
#include "common/run_id.h"
#include "common/version.h"
#include "runner/calibrate/loopback_server.h"
#include "runner/load/load_test.h"
#include "runner/load/test_source.h"
#include "runner/local_run.h"
#include "runner/options/engine_settings.h"
#include "runner/options/read_options.h"
#include "runner/plan_of.h"

namespace loads::runner {
namespace {

using Seconds = std::chrono::duration<double>;

constexpr std::uint32_t kUsersOfCore = 32;       // enough to keep it busy while the server answers
constexpr const char* kTime = "3s";              // of each of the two measurements
constexpr const char* kPunctualRate = "1000/s";  // hardly any load: the lateness of a machine that has nothing else to do

Report send(const std::vector<std::string>& arguments, Signals& signals) {
  const Options options = read_options(arguments, {}).options;
  const LoadedTest loaded = load_test(options, {});
  LocalPlan local{{make_run_id(), source_of(loaded), plan_of(options.load, loaded.name, 1, 1), engine_settings(options), {}, {}},
                  thread_share_of(loaded.tests),
                  options.stop_timeout};
  Progress silent(std::cerr, {});
  Report report = LocalRun(std::move(local), signals).run(silent);
  if (report.ending == Ending::interrupted) throw Failure(exit_code::interrupted, "the calibration was interrupted.");
  if (report.ending == Ending::terminated) throw Failure(exit_code::terminated, "the calibration was ended.");
  if (report.totals.all().hits() == 0)
    throw Failure(exit_code::local_resource, "the calibration's requests to 127.0.0.1 were not answered: is there a firewall?",
                  "calibration");
  return report;
}

Seconds cpu_time_of_process() {
  timespec time{};
  ::clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
  return std::chrono::seconds(time.tv_sec) + std::chrono::nanoseconds(time.tv_nsec);
}

// The server takes its part of the processors, which a target elsewhere would not. So the requests are divided by the time of processors
// that sending them took; and multiplied by as many processors as there were for both together, which are fewer than the machine has when
// others run on it, or it is limited (cgroups).
double highest_rate(const LoopbackServer& server, std::uint32_t cores, Signals& signals) {
  const Seconds before = cpu_time_of_process();
  const Seconds server_before = server.cpu_time();
  const Report report = send({server.url(), "-u", std::to_string(kUsersOfCore * cores), "-d", kTime}, signals);
  const Seconds both = cpu_time_of_process() - before;
  const Seconds sending = both - (server.cpu_time() - server_before);
  const double processors = both / report.duration;
  return static_cast<double>(report.totals.all().hits()) / sending.count() * processors;
}

std::chrono::nanoseconds lateness(const LoopbackServer& server, Signals& signals) {
  const Report report = send({server.url(), "--rate", kPunctualRate, "-d", kTime, "--max-users", "1000"}, signals);
  return std::chrono::microseconds(report.totals.all().arrivals.late.percentile(0.99).value_or(0));
}

}  // namespace

proto::Calibration calibrate() {
  Signals signals;
  const HostFacts host = host_facts();
  const LoopbackServer server(host.cores);
  proto::Calibration calibration;
  calibration.measured = std::chrono::system_clock::now();
  calibration.rate = highest_rate(server, host.cores, signals);
  calibration.lateness = lateness(server, signals);
  calibration.files = host.files;
  calibration.ports = host.ports;
  calibration.cores = host.cores;
  calibration.kernel = host.kernel;
  calibration.version = version();
  return calibration;
}

}  // namespace loads::runner
