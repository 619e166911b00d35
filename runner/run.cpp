#include "runner/run.h"

#include <csignal>
#include <cstdlib>
#include <iostream>

#include "common/failure.h"
#include "common/version.h"
#include "engine/guard/crash_guard.h"
#include "runner/calibrate/calibrate.h"
#include "runner/capacity/find_max.h"
#include "runner/cluster/cluster_commands.h"
#include "runner/cluster/cluster_run.h"
#include "runner/compare/compare_runs.h"
#include "runner/conditions.h"
#include "runner/init/init.h"
#include "runner/load/load_test.h"
#include "runner/load/select.h"
#include "runner/local_plan.h"
#include "runner/local_run.h"
#include "runner/options/help.h"
#include "runner/options/read_options.h"
#include "runner/outputs.h"
#include "runner/python/interpreter.h"
#include "runner/report/result_stdout.h"
#include "runner/tell_observers.h"
#include "runner/worker/ordered_share.h"
#include "runner/worker/worker.h"

namespace loads::runner {
namespace {

int print(const std::string& text) {
  std::cout << text << std::flush;
  return std::cout ? exit_code::passed : exit_code::local_resource;
}

int run_locally(const Options& options, LocalPlan local, Signals& signals) {
  const Outputs outputs(options);
  const std::string announcement = plan::describe(local.work.plan);
  Progress progress(std::cerr, progress_settings(options, local.work.plan));
  LocalRun local_run(std::move(local), signals);  // checks what the plan needs
  if (!options.quiet) std::cerr << announcement << std::endl;
  Report report = local_run.run(progress);
  progress.finish();
  report.tag = options.cluster.tag;
  settle(report, options.exit_codes);
  Attempts attempts;
  attempts.make([&] { outputs.write(report); });
  tell_observers(options.observers, report, signals, std::cerr);
  attempts.settle();
  // Threads of the engine still run then: no destructor may pull the ground from under them.
  if (local_run.is_stuck()) std::_Exit(report.exit_code);
  return report.exit_code;
}

int dry_run(const LoadedTest& loaded, const plan::Plan& plan) {
  std::string text = plan::describe(plan) + "\n";
  text += loaded.external         ? "Its --test-runner is there.\n"
          : loaded.origin.empty() ? "The URL is valid.\n"
                                  : loaded.origin + " loads:\n" + list_tests(loaded.tests);
  return print(text + "Nothing was sent.\n");
}

int run_distributed(const Options& options, const Environment& environment) {
  const BrokerAddress address = broker_address(options.cluster, environment);
  const LoadedTest loaded = load_test(options, environment);
  const plan::Plan plan = plan_for(loaded, options.load, options.cluster.agents);
  Order order = make_order(options, plan, loaded);
  if (options.dry_run) return dry_run(loaded, plan);
  if (!options.quiet) std::cerr << plan::describe(plan) << std::endl;
  return run_on_cluster(options, address, std::move(order));
}

int run_command(const Options& options, const Environment& environment) {
  const BrokerAddress address = broker_address(options.cluster, environment);
  return options.cluster.command == ClusterCommand::attach ? attach_to_run(options, address) : run_cluster_command(options, address);
}

int run_test(const Options& options, const Environment& environment) {
  if (options.json == "-" && !options.dry_run) reserve_stdout();
  if (!options.find_max.conditions.empty()) return find_max(options, environment);
  if (options.cluster.agents > 0) return run_distributed(options, environment);
  const LoadedTest loaded = load_test(options, environment);
  Signals signals;
  LocalPlan local = local_plan(loaded, options, plan_for(loaded, options.load, 1));
  if (options.dry_run) {
    const plan::Plan plan = local.work.plan;
    const LocalRun checked(std::move(local), signals);
    return dry_run(loaded, plan);
  }
  return run_locally(options, std::move(local), signals);
}

}  // namespace

int run(const std::vector<std::string>& arguments, const Environment& environment) {
  guard::install_crash_guard();
  std::signal(SIGPIPE, SIG_IGN);  // whoever reads the progress may go; the result is still written
  const ReadOptions read = read_options(arguments, environment);
  const Options& options = read.options;
  if (options.help) return print(help_text());
  if (options.version) return print("loads-runner " + std::string(version()) + "\n");
  if (options.worker) return run_worker(environment, [&](ShareWork work) { return make_ordered_share(std::move(work), environment); });
  if (options.calibrate) return print(to_ini(calibrate()));
  for (const std::string& notice : read.notices) std::cerr << notice << '\n';
  for (const std::string& note : window_notes(options.conditions)) std::cerr << note << '\n';
  if (options.show_config) return print(config_text(read));
  if (options.python_path) return print(python_package().string() + "\n");
  if (!options.init.empty()) return print(write_first_test(options.init));
  if (!options.compared.empty()) return compare_runs(options, environment);
  if (options.cluster.command != ClusterCommand::none) return run_command(options, environment);
  if (options.list) return print(list_tests(load_whole_module(options, environment).tests));
  return run_test(options, environment);
}

}  // namespace loads::runner
