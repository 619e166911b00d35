#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "common/compare/metric.h"
#include "engine/user/settings.h"
#include "observer/observers.h"
#include "proto/run.h"
#include "runner/console/colour.h"
#include "runner/options/load_options.h"
#include "runner/report/summary.h"

namespace loads::runner {

enum class OutputName : std::uint8_t { standard, none, file };

// Paths of files for other programs; empty: not wanted.
struct OutputFiles {
  std::string csv;  // what both of its files begin with
  std::string junit;
  std::string hgrm;
  std::string hlog;
};

// Whether GitHub Actions is told of a run, and the file of the job's page; empty: none.
struct GitHub {
  bool on = false;
  std::string summary_file;
};

using NamesAndValues = std::vector<std::pair<std::string, std::string>>;

// When GitHub Actions is told of a run; automatic: within a job of it.
enum class GitHubMode : std::uint8_t { automatic, always, never };

// What is asked of a broker beside running a test.
enum class ClusterCommand : std::uint8_t { none, attach, stop, scale, pause, resume, report, runs, ping, health_check, purge };

// What Ctrl-C does to a distributed run.
enum class OnInterrupt : std::uint8_t { ask, stop, detach };  // ask: on a terminal; elsewhere it stops

// --find-max: which conditions are to hold at the highest rate, as expressions; empty: nothing is searched for.
struct FindMax {
  std::vector<std::string> conditions;
  double precision = 0;  // how far what holds and what does not may be apart in the end, as a part of it
};

// The part of Options that is about a broker and its agents.
struct ClusterOptions {
  std::uint32_t agents = 0;  // 0: the run is this machine's
  std::string broker;        // address; empty: the broker of this machine
  std::string key;           // the file of this console's credential, for tcp; empty: runner.key among the keys
  bool no_auth = false;      // talk tcp without keys
  ClusterCommand command = ClusterCommand::none;
  std::string run;    // of attach, stop, scale, pause, resume and report: its id or the first digits of it; empty: the only one
  double factor = 1;  // of scale: times the plan
  bool detach = false;
  std::chrono::nanoseconds wait_agents{};
  OnInterrupt on_interrupt = OnInterrupt::ask;
  proto::BrokerLoss on_broker_loss = proto::BrokerLoss::continue_for;
  std::chrono::nanoseconds broker_loss_limit{};  // of continue_for
  bool tolerate_lost_agents = false;
  std::uint32_t worker_restarts = 0;       // how often an agent starts a worker anew that has died
  bool rebalance = false;                  // what a lost agent leaves goes to another
  std::vector<std::string> include_files;  // patterns
  std::string tag;
};

// What the user asked for, with every default filled in: the typed form of the table's options (table.h), each of which stores itself here.
// A pure value, read by the rest of the runner.
struct Options {
  std::string test;  // dotted name, FILE:Class.test or URL; empty: none

  LoadOptions load;
  std::chrono::nanoseconds stop_timeout{};

  std::string server_url;
  NamesAndValues headers;
  std::chrono::nanoseconds timeout{};
  bool resolve_once = true;
  bool no_patching = false;
  user::ConnectionSettings connections;
  session::ConversationSettings session;
  std::string method;  // of a URL test; empty: GET, or POST with data
  std::optional<std::string> data;

  std::uint32_t threads = 0;          // 0: the cores
  std::optional<std::uint64_t> seed;  // nothing: a random one
  NamesAndValues variables;           // -e
  std::vector<std::string> test_dirs;
  std::string python;                    // that runs tests in Python; empty: find_python() looks for one
  std::vector<std::string> python_deps;  // packages that they need
  std::string test_runner;               // a command that runs the test; empty: it is a module's
  std::chrono::nanoseconds external_process_timeout{};

  std::vector<OutputName> outputs;
  std::string output_file;
  std::string json;  // a path, "-" for stdout, or empty
  OutputFiles files;
  GitHubMode github_mode = GitHubMode::automatic;
  GitHub github;  // that follows from it and from the environment
  SummaryStyle summary = SummaryStyle::full;
  ColourMode color = ColourMode::automatic;
  bool quiet = false;
  user::TraceLevel trace = user::TraceLevel::off;
  ExitCodes exit_codes;
  FindMax find_max;
  proto::Conditions conditions;  // that the run is judged by, and ended by; those of the test's code are not among them
  observer::Given observer_options;
  std::vector<proto::Observer> observers;  // that follow from them

  ClusterOptions cluster;

  std::vector<std::string> compared;            // two files or runs; else empty
  std::vector<compare::Limit> max_regressions;  // of the second one

  std::string config;
  std::string init;  // file to write
  bool list = false;
  bool python_path = false;
  bool dry_run = false;
  bool show_config = false;
  bool worker = false;  // started by an agent
  bool help = false;
  bool version = false;
};

}  // namespace loads::runner
