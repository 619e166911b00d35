#include "runner/options/table.h"

#include <algorithm>
#include <array>
#include <limits>
#include <stdexcept>
#include <tuple>

#include "common/failure.h"
#include "common/suggest.h"
#include "runner/options/parse.h"
#include "runner/options/parse_connections.h"
#include "runner/options/parse_files.h"
#include "runner/options/parse_load.h"

namespace loads::runner {
namespace {

constexpr std::uint64_t kMaxUsers = 10'000'000;
constexpr std::uint64_t kMaxHits = std::numeric_limits<std::int64_t>::max();
constexpr std::uint64_t kMaxThreads = 4096;
constexpr std::uint64_t kMaxAgents = 100'000;
constexpr std::uint64_t kMaxRestarts = 1'000;
constexpr std::uint64_t kMaxRedirects = 1'000;
constexpr double kFinest = 0.1;  // percent
constexpr double kCoarsest = 100;

std::vector<std::uint32_t> users_of(const Texts& texts) {
  const auto numbers = parse::series(texts, kMaxUsers);
  return {numbers.begin(), numbers.end()};
}

std::vector<OutputName> outputs_of(const Texts& texts) {
  std::vector<OutputName> outputs;
  for (const std::string& name : texts) outputs.push_back(static_cast<OutputName>(parse::choice(name, {"stdout", "null", "file"})));
  return outputs;
}

// A wish that is true or false; `member` is where it is kept.
template <bool Options::*member>
void set(Options& options, const Texts& texts) {
  options.*member = parse::boolean(texts);
}

template <std::string Options::*member>
void set_text(Options& options, const Texts& texts) {
  options.*member = parse::text(texts);
}

template <std::string OutputFiles::*member>
void set_file(Options& options, const Texts& texts) {
  options.files.*member = parse::file_name(texts);
}

// A wish to the broker, and the run that it is about. One at a time.
void set_command(Options& options, ClusterCommand command, const std::string& run = {}) {
  ClusterOptions& cluster = options.cluster;
  if (cluster.command != ClusterCommand::none) throw std::invalid_argument("one thing at a time, and another was asked of the broker");
  cluster.command = command;
  cluster.run = run;
}

template <ClusterCommand command>
void ask_broker(Options& options, const Texts& texts) {
  if (parse::boolean(texts)) set_command(options, command);
}

template <ClusterCommand command>
void ask_of_run(Options& options, const Texts& texts) {
  set_command(options, command, parse::run_name(parse::text(texts)));
}

// The only one, when none is named.
template <ClusterCommand command>
void ask_of_any_run(Options& options, const Texts& texts) {
  const std::string word = parse::text(texts);
  set_command(options, command, word == "true" ? "" : parse::run_name(word));
}

void set_on_broker_loss(Options& options, const Texts& texts) {
  const auto [what, limit] = parse::broker_loss(parse::text(texts));
  options.cluster.on_broker_loss = what;
  options.cluster.broker_loss_limit = limit;
}

// The two may come from different places, in either order: what --proxy says counts.
void set_proxy(Options& options, const Texts& texts) {
  const net::Proxies given = parse::proxy(parse::text(texts));
  if (given.plain) options.connections.options.proxies = given;
}

void set_proxy_from_environment(Options& options, const Texts& texts) {
  net::Proxies& proxies = options.connections.options.proxies;
  if (parse::boolean(texts) && !proxies.plain && !proxies.secure) proxies = parse::proxies_of_environment();
}

// Read by nobody: options that are accepted without effect.
void drop(Options&, const Texts&) {}

constexpr std::array kTable{
    Option{"test", 0, Kind::positional, "TEST", "", Group::test,
           "module.Class.test, module.Class (all its tests), FILE.cpp:Class.test, or a URL", set_text<&Options::test>},
    Option{"test-dir", 0, Kind::list, "DIR", "", Group::test, "look for test modules here first (then ., $LOADS_PATH)",
           [](Options& o, const Texts& t) { o.test_dirs = t; }},
    Option{"no-patching", 0, Kind::flag, "", "", Group::test,
           "leave Python's time.sleep, threading, queue, socket and select as they are: they hold up all users of a process",
           set<&Options::no_patching>},
    Option{"python", 0, Kind::value, "PROGRAM", "", Group::test,
           "the Python that runs tests in Python (without it: the active virtual environment's, or python3)", set_text<&Options::python>},
    Option{"python-dep", 0, Kind::list, "NAME", "", Group::test,
           "have this package for a test in Python, here and on agents: a name that pip knows, a wheel, or a folder of wheels",
           [](Options& o, const Texts& t) { o.python_deps = t; }},
    Option{"python-path", 0, Kind::flag, "", "", Group::test, "print the folder of the package `loads`, for PYTHONPATH, and exit",
           set<&Options::python_path>, Scope::command_line},
    Option{"test-runner", 0, Kind::value, "'CMD {test}'", "", Group::test,
           "run TEST, in whatever language it is, by a process of this command for each user", set_text<&Options::test_runner>},
    Option{"external-process-timeout", 0, Kind::value, "TIME", "2s", Group::test, "for such a process when it should have ended",
           [](Options& o, const Texts& t) { o.external_process_timeout = parse::duration(t); }},
    Option{"env", 'e', Kind::list, "NAME=VALUE", "", Group::test,
           "a variable that the test reads with user().variable(NAME), in Python self.user.variable(NAME)",
           [](Options& o, const Texts& t) { o.variables = parse::assignments(t); }},
    Option{"init", 0, Kind::value, "FILE", "", Group::test, "write a commented test to begin with (FILE.cpp or FILE.py), and exit",
           set_text<&Options::init>, Scope::command_line},
    Option{"list", 0, Kind::flag, "", "", Group::test, "print the tests of the module TEST, and exit", set<&Options::list>,
           Scope::command_line},
    Option{"dry-run", 0, Kind::flag, "", "", Group::test, "load the test, print the plan, send nothing", set<&Options::dry_run>,
           Scope::command_line},

    Option{"users", 'u', Kind::value, "N[:N...]", "1", Group::load, "virtual users at once; 10:20:30 = three steps, one after another",
           [](Options& o, const Texts& t) { o.load.users = users_of(t); }},
    Option{"hits", 'c', Kind::value, "N[:N...]", "", Group::load, "how often each user runs the test (1 when no --duration is given)",
           [](Options& o, const Texts& t) { o.load.hits = parse::series(t, kMaxHits); }},
    Option{"duration", 'd', Kind::value, "TIME", "", Group::load, "repeat the test for this time, per step: 90, 90s, 1m30s, 2h",
           [](Options& o, const Texts& t) { o.load.duration = parse::positive_duration(t); }},
    Option{"rate", 0, Kind::value, "N/s[:N/s...]", "", Group::load,
           "begin so many test runs a second (500/s, 30/m), of all agents together, whether those before have ended or not; with --duration",
           [](Options& o, const Texts& t) { o.load.rates = parse::rates(t); }},
    Option{"stages", 0, Kind::value, "TIME:N[,...]", "", Group::load,
           "go to N users evenly over TIME, then to those of the next stage: 30s:10,1m:100; of rates: 30s:10/s,1m:100/s",
           [](Options& o, const Texts& t) { o.load.stages = parse::stages(t); }},
    Option{"profile", 0, Kind::value, "FILE", "", Group::load,
           "the same out of a CSV file with columns seconds and users, or seconds and rate",
           [](Options& o, const Texts& t) { o.load.profile = parse::text(t); }},
    Option{"arrivals", 0, Kind::value, "SPACING", "constant", Group::load, "how the runs of a rate follow each other: constant or poisson",
           [](Options& o, const Texts& t) { o.load.spacing = static_cast<plan::Spacing>(parse::choice(parse::text(t), {"constant", "poisson"})); }},
    Option{"max-users", 0, Kind::value, "N", "10000", Group::load, "how many runs of a rate may be under way at once, of all agents",
           [](Options& o, const Texts& t) { o.load.max_users = static_cast<std::uint32_t>(parse::number(t, 1, kMaxUsers)); }},
    Option{"ramp-up", 0, Kind::value, "TIME", "0s", Group::load, "start the users of a step, or its rate, evenly over this time",
           [](Options& o, const Texts& t) { o.load.ramp_up = parse::duration(t); }},
    Option{"think-time", 0, Kind::value, "TIME[:TIME]", "0s", Group::load, "a user waits so long between two runs, at random between two times",
           [](Options& o, const Texts& t) { std::tie(o.load.think_least, o.load.think_most) = parse::time_range(t); }},
    Option{"pacing", 0, Kind::value, "TIME", "0s", Group::load, "a user begins a run no sooner than so long after the one before began",
           [](Options& o, const Texts& t) { o.load.pacing = parse::duration(t); }},
    Option{"warm-up", 0, Kind::value, "TIME", "0s", Group::load, "leave this time at the beginning out of the figures",
           [](Options& o, const Texts& t) { o.load.warm_up = parse::duration(t); }},
    Option{"find-max", 0, Kind::value, "CONDITIONS", "", Group::load,
           "search for the highest rate at which these hold: 'p99<250ms && errors<0.1%'; --rate begins it, -d is of each level (10s)",
           [](Options& o, const Texts& t) { o.find_max.conditions = parse::conditions_of_levels(t); }},
    Option{"precision", 0, Kind::value, "PERCENT", "3%", Group::load,
           "of --find-max: how far the rate that holds and the one that does not may be apart",
           [](Options& o, const Texts& t) { o.find_max.precision = parse::percentage(t, kFinest, kCoarsest); }},
    Option{"stop-timeout", 0, Kind::value, "TIME", "10s", Group::load, "how long test runs may take to end after Ctrl-C or --duration",
           [](Options& o, const Texts& t) { o.stop_timeout = parse::duration(t); }},
    Option{"threads", 0, Kind::value, "N", "auto", Group::load, "threads, or processes of Python, that carry the users (auto: the cores)",
           [](Options& o, const Texts& t) {
             o.threads = parse::text(t) == "auto" ? 0 : static_cast<std::uint32_t>(parse::number(t, 1, kMaxThreads));
           }},
    Option{"seed", 0, Kind::value, "N", "random", Group::load, "of the users' random generators, to repeat a run",
           [](Options& o, const Texts& t) {
             o.seed.reset();
             if (parse::text(t) != "random") o.seed = parse::number(t, 0, std::numeric_limits<std::uint64_t>::max());
           }},

    Option{"server-url", 0, Kind::value, "URL", "", Group::target, "root of the test's relative URLs",
           [](Options& o, const Texts& t) { o.server_url = parse::http_url(t); }},
    Option{"header", 'H', Kind::list, "'NAME: VALUE'", "", Group::target, "send this header with every request",
           [](Options& o, const Texts& t) { o.headers = parse::headers(t); }},
    Option{"timeout", 0, Kind::value, "TIME", "60s", Group::target, "of a whole request",
           [](Options& o, const Texts& t) { o.timeout = parse::positive_duration(t); }},
    Option{"no-dns-resolve", 0, Kind::flag, "", "", Group::target, "look a name up for every connection, not once per run",
           [](Options& o, const Texts& t) { o.resolve_once = !parse::boolean(t); }},
    Option{"insecure", 'k', Kind::flag, "", "", Group::target, "take any certificate of the server",
           [](Options& o, const Texts& t) { o.connections.options.tls.verify = !parse::boolean(t); }},
    Option{"cacert", 0, Kind::value, "FILE", "", Group::target, "trust the authorities in this PEM file, not the system's",
           [](Options& o, const Texts& t) { o.connections.options.tls.authorities = parse::certificates(t); }},
    Option{"cert", 0, Kind::value, "FILE", "", Group::target, "the client's certificate, a PEM file",
           [](Options& o, const Texts& t) { o.connections.options.tls.certificate = parse::certificates(t); }},
    Option{"cert-key", 0, Kind::value, "FILE", "", Group::target, "its private key (without it: in the file of --cert)",
           [](Options& o, const Texts& t) { o.connections.options.tls.key = parse::private_key(t); }},
    Option{"no-tls-resume", 0, Kind::flag, "", "", Group::target, "a whole TLS handshake for every connection",
           [](Options& o, const Texts& t) { o.connections.options.tls.resume = !parse::boolean(t); }},
    Option{"http-version", 0, Kind::value, "VERSION", "auto", Group::target,
           "HTTP/2 where the server offers it over TLS (auto), 1.1, 2, or h2c: HTTP/2 in plain text too",
           [](Options& o, const Texts& t) {
             o.connections.options.http_version = static_cast<net::HttpVersion>(parse::choice(parse::text(t), {"auto", "1.1", "2", "h2c"}));
           }},
    Option{
        "connections", 0, Kind::value, "WHOSE", "per-user", Group::target,
        "kept for the requests of the user (per-user), of all users of a thread (shared), or not at all (per-request)",
        [](Options& o, const Texts& t) {
          o.connections.policy = static_cast<http::ConnectionPolicy>(parse::choice(parse::text(t), {"per-user", "shared", "per-request"}));
        }},
    Option{"connect-to", 0, Kind::list, "HOST:PORT:HOST:PORT", "", Group::target,
           "connect to the second of these servers where URLs name the first",
           [](Options& o, const Texts& t) {
             for (const std::string& word : t) o.connections.options.connect_to.push_back(parse::connect_to(word));
           }},
    Option{"unix-socket", 0, Kind::value, "PATH", "", Group::target, "connect to this socket, whatever URLs name",
           [](Options& o, const Texts& t) { o.connections.options.unix_socket = parse::text(t); }},
    Option{"local-address", 0, Kind::list, "ADDRESS", "", Group::target, "connect from this address; of several each user takes the next",
           [](Options& o, const Texts& t) { o.connections.local_addresses = t; }},
    Option{"proxy", 0, Kind::value, "URL", "", Group::target, "send requests through this HTTP proxy: http://[USER:PASSWORD@]HOST:PORT",
           set_proxy},
    Option{"proxy-from-environment", 0, Kind::flag, "", "", Group::target, "heed http_proxy, https_proxy, all_proxy and no_proxy",
           set_proxy_from_environment},
    Option{"netrc", 0, Kind::flag_or_value, "FILE", "", Group::target, "look passwords up in ~/.netrc, or in FILE",
           [](Options& o, const Texts& t) { o.session.netrc = parse::netrc(t); }},
    Option{"max-redirects", 0, Kind::value, "N", "30", Group::target, "follow so many, one after another; 0 makes any an error",
           [](Options& o, const Texts& t) { o.session.max_redirects = static_cast<std::uint32_t>(parse::number(t, 0, kMaxRedirects)); }},
    Option{"method", 0, Kind::value, "METHOD", "", Group::target, "of a URL's requests (GET; POST with --data)",
           set_text<&Options::method>},
    Option{"data", 0, Kind::value, "TEXT", "", Group::target, "body of a URL's requests",
           [](Options& o, const Texts& t) { o.data = parse::text(t); }},

    Option{"agents", 'a', Kind::value, "N", "", Group::cluster, "run the whole plan on each of N agents of a broker, all at once",
           [](Options& o, const Texts& t) { o.cluster.agents = static_cast<std::uint32_t>(parse::number(t, 1, kMaxAgents)); }},
    Option{"broker", 'b', Kind::value, "ADDRESS", "", Group::cluster,
           "tcp://HOST[:PORT] or ipc://FOLDER (without it: the broker that runs on this machine)",
           [](Options& o, const Texts& t) { o.cluster.broker = parse::text(t); }},
    Option{"detach", 0, Kind::flag, "", "", Group::cluster, "start the run, print its name, and leave",
           [](Options& o, const Texts& t) { o.cluster.detach = parse::boolean(t); }, Scope::command_line},
    Option{"attach", 0, Kind::flag_or_value, "RUN", "", Group::cluster, "come back to a run: the only one, or RUN (or the first digits of it)",
           ask_of_any_run<ClusterCommand::attach>, Scope::command_line},
    Option{"runs", 0, Kind::flag, "", "", Group::cluster, "list the broker's runs, and exit", ask_broker<ClusterCommand::runs>,
           Scope::command_line},
    Option{"stop", 0, Kind::value, "RUN", "", Group::cluster, "stop a run, and exit", ask_of_run<ClusterCommand::stop>,
           Scope::command_line},
    Option{"scale", 0, Kind::value, "FACTOR [RUN]", "", Group::cluster,
           "change the load of a run that goes on to so much of its plan, 1.5 or 150%, from now on, and exit",
           [](Options& o, const Texts& t) {
             set_command(o, ClusterCommand::scale);
             o.cluster.factor = parse::factor(t);
           },
           Scope::command_line},
    Option{"pause", 0, Kind::flag_or_value, "RUN", "", Group::cluster, "let a run begin no test runs until --resume, and exit",
           ask_of_any_run<ClusterCommand::pause>, Scope::command_line},
    Option{"resume", 0, Kind::flag_or_value, "RUN", "", Group::cluster, "let it go on, with the load that it had before, and exit",
           ask_of_any_run<ClusterCommand::resume>, Scope::command_line},
    Option{"report", 0, Kind::value, "RUN", "", Group::cluster, "print the summary of a run that is over",
           ask_of_run<ClusterCommand::report>, Scope::command_line},
    Option{"ping-broker", 0, Kind::flag, "", "", Group::cluster, "tell the broker's agents and runs, and exit",
           ask_broker<ClusterCommand::ping>, Scope::command_line},
    Option{"health-check", 0, Kind::flag, "", "", Group::cluster, "tell whether the broker and its agents are well, and exit",
           ask_broker<ClusterCommand::health_check>, Scope::command_line},
    Option{"purge-broker", 0, Kind::flag, "", "", Group::cluster, "cut off all runs of the broker, and exit",
           ask_broker<ClusterCommand::purge>, Scope::command_line},
    Option{"include-file", 0, Kind::list, "GLOB", "", Group::cluster, "take these files or folders along to the agents",
           [](Options& o, const Texts& t) { o.cluster.include_files = t; }},
    Option{"wait-agents", 0, Kind::value, "TIME", "0s", Group::cluster, "how long to wait until enough agents are free",
           [](Options& o, const Texts& t) { o.cluster.wait_agents = parse::duration(t); }},
    Option{"on-interrupt", 0, Kind::value, "WHAT", "ask", Group::cluster,
           "what Ctrl-C does: ask (where there is no terminal: stop), stop or detach",
           [](Options& o,
              const Texts&
                  t) { o.cluster.on_interrupt = static_cast<OnInterrupt>(parse::choice(parse::text(t), {"ask", "stop", "detach"})); }},
    Option{"on-broker-loss", 0, Kind::value, "WHAT", "continue:60s", Group::cluster,
           "what agents do when the broker is silent: stop, continue, or continue:TIME", set_on_broker_loss},
    Option{"worker-restart", 0, Kind::value, "N", "0", Group::cluster,
           "how often an agent may start its worker process again when that dies (with --duration)",
           [](Options& o, const Texts& t) { o.cluster.worker_restarts = static_cast<std::uint32_t>(parse::number(t, 0, kMaxRestarts)); }},
    Option{"rebalance", 0, Kind::flag, "", "", Group::cluster, "give the share of an agent that is lost to a free one, or of a rate to the others (with --duration)",
           [](Options& o, const Texts& t) { o.cluster.rebalance = parse::boolean(t); }},
    Option{"tolerate-lost-agents", 0, Kind::flag, "", "", Group::cluster, "judge by what was measured, though agents were lost",
           [](Options& o, const Texts& t) { o.cluster.tolerate_lost_agents = parse::boolean(t); }},
    Option{"tag", 0, Kind::value, "TEXT", "", Group::cluster, "a note that is kept with the run",
           [](Options& o, const Texts& t) { o.cluster.tag = parse::text(t); }},
    Option{"key", 0, Kind::value, "FILE", "", Group::cluster, "this console's credential for a tcp:// broker (its runner.key)",
           [](Options& o, const Texts& t) { o.cluster.key = parse::text(t); }},
    Option{"insecure-no-auth", 0, Kind::flag, "", "", Group::cluster, "talk to a tcp:// broker without keys",
           [](Options& o, const Texts& t) { o.cluster.no_auth = parse::boolean(t); }},
    Option{"check-cluster", 0, Kind::flag, "", "", Group::hidden, "another name of --health-check",
           ask_broker<ClusterCommand::health_check>, Scope::command_line},

    Option{"summary", 0, Kind::value, "SIZE", "full", Group::results, "seed, compact or full",
           [](Options& o,
              const Texts& t) { o.summary = static_cast<SummaryStyle>(parse::choice(parse::text(t), {"seed", "compact", "full"})); }},
    Option{"output", 0, Kind::list, "NAME", "stdout", Group::results,
           "where the summary goes: stdout, null, or file with --output-file-filename",
           [](Options& o, const Texts& t) { o.outputs = outputs_of(t); }},
    Option{"output-file-filename", 0, Kind::value, "PATH", "", Group::results, "the file of --output file",
           set_text<&Options::output_file>},
    Option{"json", 0, Kind::value, "FILE", "", Group::results, "write the result as JSON; - is stdout (the summary moves to stderr)",
           set_text<&Options::json>},
    Option{"csv", 0, Kind::value, "PREFIX", "", Group::results,
           "write PREFIX_requests.csv, a row for each request name, and PREFIX_seconds.csv, a row for each second",
           set_file<&OutputFiles::csv>},
    Option{"junit", 0, Kind::value, "FILE", "", Group::results, "write the verdict as JUnit's XML", set_file<&OutputFiles::junit>},
    Option{"hgrm", 0, Kind::value, "FILE", "", Group::results, "write response times as HdrHistogram's percentile distribution",
           set_file<&OutputFiles::hgrm>},
    Option{"hlog", 0, Kind::value, "FILE", "", Group::results, "write them as HdrHistogram's log, tagged with request names",
           set_file<&OutputFiles::hlog>},
    Option{"github", 0, Kind::value, "WHEN", "auto", Group::results,
           "annotations and a summary page for GitHub Actions: auto (within a job of it), always or never",
           [](Options& o, const Texts& t) {
             o.github_mode = static_cast<GitHubMode>(parse::choice(parse::text(t), {"auto", "always", "never"}));
           }},
    Option{"quiet", 0, Kind::flag, "", "", Group::results, "no plan and no progress, only the summary", set<&Options::quiet>},
    Option{"color", 0, Kind::value, "WHEN", "auto", Group::results, "auto, always or never (auto heeds NO_COLOR)",
           [](Options& o, const Texts& t) {
             o.color = static_cast<ColourMode>(parse::choice(parse::text(t), {"auto", "always", "never"}));
           }},
    Option{"trace", 0, Kind::flag_or_value, "full", "", Group::results, "print each request's and answer's head; =full: the bodies too",
           [](Options& o, const Texts& t) {
             const std::string word = parse::text(t);
             o.trace = word == "full"                         ? user::TraceLevel::full
                       : word == "heads" || parse::boolean(t) ? user::TraceLevel::heads
                                                              : user::TraceLevel::off;
           }},
    Option{"observer", 0, Kind::list, "NAME", "", Group::results, "who is told of the run's end: webhook, email or command",
           [](Options& o, const Texts& t) { o.observer_options.names = t; }},
    Option{"observer-webhook-url", 0, Kind::value, "URL", "", Group::results, "of the webhook: gets a POST with JSON",
           [](Options& o, const Texts& t) { o.observer_options.url = parse::text(t); }},
    Option{"observer-email-recipient", 0, Kind::list, "ADDRESS", "", Group::results, "who gets the email",
           [](Options& o, const Texts& t) { o.observer_options.recipients = t; }},
    Option{"observer-email-server", 0, Kind::value, "HOST[:PORT]", "", Group::results, "that takes the email; or smtps://HOST[:PORT]",
           [](Options& o, const Texts& t) { o.observer_options.server = parse::text(t); }},
    Option{"observer-email-sender", 0, Kind::value, "ADDRESS", "", Group::results, "who it is from (loads@ this machine)",
           [](Options& o, const Texts& t) { o.observer_options.sender = parse::text(t); }},
    Option{"observer-command-line", 0, Kind::value, "COMMAND", "", Group::results,
           "of the command: for a shell, with the JSON on its standard input",
           [](Options& o, const Texts& t) { o.observer_options.command = parse::text(t); }},
    Option{"threshold", 0, Kind::list, "EXPRESSION", "", Group::results,
           "fail the run (exit code 99) unless this holds: 'p95<500ms', 'p95{GET /}<300ms', 'errors<1%', 'rps>=1000'",
           [](Options& o, const Texts& t) { o.conditions.thresholds = parse::thresholds(t); }},
    Option{"abort-threshold", 0, Kind::list, "EXPRESSION", "", Group::results,
           "end the run (exit code 99) when this holds for a time: 'errors>50% for 10s'",
           [](Options& o, const Texts& t) { o.conditions.abort_thresholds = parse::abort_thresholds(t); }},
    Option{"fail-fast", 0, Kind::flag, "", "", Group::results, "end the run within a second of its first error or failure",
           [](Options& o, const Texts& t) { o.conditions.fail_fast = parse::boolean(t); }},
    Option{"compare", 0, Kind::two_values, "A B", "", Group::results,
           "say how run B differs from run A, files of --json or names of the broker's runs, and exit",
           [](Options& o, const Texts& t) { o.compared = parse::two(t); }, Scope::command_line},
    Option{"max-regression", 0, Kind::list, "METRIC:PERCENT", "", Group::results,
           "of --compare: exit code 99 when B is worse than A by more than this, for certain: p95:10%, rps:5%, errors:1%",
           [](Options& o, const Texts& t) { o.max_regressions = parse::max_regressions(t); }, Scope::command_line},
    Option{"exit-code-on-failure", 0, Kind::value, "N", "1", Group::results, "exit code when tests had errors or failures",
           [](Options& o, const Texts& t) { o.exit_codes.on_failure = static_cast<int>(parse::number(t, 0, 255)); }},
    Option{"exit-code-on-invalid", 0, Kind::value, "N", "98", Group::results,
           "when thresholds were to be judged by figures that are not to be believed; 0 judges them all the same",
           [](Options& o, const Texts& t) { o.exit_codes.on_invalid = static_cast<int>(parse::number(t, 0, 255)); }},

    Option{"config", 0, Kind::value, "FILE", "", Group::more, "read options from section [loads] of this ini file",
           set_text<&Options::config>, Scope::not_in_file},
    Option{"show-config", 0, Kind::flag, "", "", Group::more, "print every option's value and where it came from, and exit",
           set<&Options::show_config>, Scope::command_line},
    Option{"version", 0, Kind::flag, "", "", Group::more, "print the version, and exit", set<&Options::version>, Scope::command_line},
    Option{"help", 'h', Kind::flag, "", "", Group::more, "print this, and exit", set<&Options::help>, Scope::command_line},

    Option{"worker", 0, Kind::flag, "", "", Group::hidden, "do an agent's share of a run", set<&Options::worker>, Scope::command_line},
    Option{"calibrate", 0, Kind::flag, "", "", Group::hidden, "measure what this machine can do, for loads-agent --calibrate",
           set<&Options::calibrate>, Scope::command_line},

    Option{"batched", 0, Kind::flag, "", "", Group::ignored, "results always travel in batches", drop, Scope::everywhere, Support::ignored},
};

std::string with_dashes(std::string_view name) {
  std::string dashed(name);
  std::replace(dashed.begin(), dashed.end(), '_', '-');
  return dashed;
}

}  // namespace

std::span<const Option> option_table() { return kTable; }

const Option* find_option(std::string_view name) {
  const std::string wanted = with_dashes(name);
  const auto found = std::find_if(kTable.begin(), kTable.end(), [&](const Option& option) { return option.name == wanted; });
  return found == kTable.end() ? nullptr : &*found;
}

std::string closest_option(std::string_view name) {
  std::vector<std::string> names;
  for (const Option& option : kTable) {
    if (option.kind != Kind::positional && option.group != Group::hidden) names.emplace_back(option.name);
  }
  return suggest(name, names).value_or("");
}

}  // namespace loads::runner
