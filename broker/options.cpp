#include "broker/options.h"

#include <unistd.h>

#include <CLI/CLI.hpp>
#include <iostream>

#include "common/options.h"
#include "common/version.h"
#include "proto/wire/keys.h"

namespace loads::broker {
namespace {

constexpr std::uint64_t kMostLocalAgents = 10'000;
constexpr std::uint64_t kMostRuns = 1'000'000;

struct Texts {
  std::string bind;
  std::string frontend;
  std::string backend;
  std::string publisher;
  std::string web;
  std::string ignored;
  bool version = false;
};

void add_options(CLI::App& app, Options& options, Texts& texts) {
  app.add_option("--bind", texts.bind, "tcp://HOST[:PORT] (PORT and the two after it), or a folder: ipc:///run/loads");
  app.add_option("--frontend", texts.frontend, "endpoint for consoles, instead of the one that follows from --bind");
  app.add_option("--backend", texts.backend, "endpoint for agents, likewise");
  app.add_option("--publisher", texts.publisher, "endpoint of the live figures, likewise");
  app.add_option("--web", texts.web, "ADDRESS:PORT of this machine (127.0.0.1:8989): serve /metrics for Prometheus there");
  app.add_option("--local-agents", options.local_agents, "start so many agents on this machine, too")
      ->check(whole_number(0, kMostLocalAgents));
  app.add_option("--state", options.state, "folder of what outlives the broker [$XDG_STATE_HOME/loads/broker]");
  app.add_option("--keep-runs", options.keep_runs, "how many ended runs are kept [100]")->check(whole_number(0, kMostRuns));
  app.add_option("--observer", options.observers.names, "webhook, email or command: tell it of each run that is over");
  app.add_option("--observer-webhook-url", options.observers.url, "http(s) URL that is sent a POST with JSON");
  app.add_option("--observer-email-recipient", options.observers.recipients, "who gets an email");
  app.add_option("--observer-email-server", options.observers.server, "HOST[:PORT] or smtps://HOST[:PORT] that takes it");
  app.add_option("--observer-email-sender", options.observers.sender, "who it is from [loads@ this host]");
  app.add_option("--observer-command-line", options.observers.command, "command for a shell, with the JSON on its standard input");
  app.add_option("--allow-observer", options.allowed_observers, "HOST[:PORT] that consoles over tcp may have told, too");
  app.add_option("--keys", options.keys, "folder of the keys [~/.config/loads, or /etc/loads]");
  app.add_flag("--keygen", options.keygen, "make the broker's key, and exit")->configurable(false);
  app.add_option("--enroll", options.enroll, "ROLE NAME: let an agent, runner or viewer in, and exit")->expected(2)->configurable(false);
  app.add_option("--revoke", options.revoke, "NAME: let it in no more, and exit")->configurable(false);
  app.add_flag("--insecure-no-auth", options.insecure, "open tcp endpoints without keys: whoever reaches them runs code on every agent");
  app.add_option("--logfile", options.log_file, "write the log here too");
  app.add_flag("--debug", options.debug, "log more");
  app.add_flag("--check", options.check, "say whether a broker runs there, and exit")->configurable(false);
  app.add_option("--import-spool", options.import_spool,
                 "FOLDER: take in what agents have kept in their state folders, as their broker was gone, and exit")
      ->configurable(false);
  app.add_flag("--version", texts.version, "print the version, and exit")->configurable(false);
  app.add_option("--db", texts.ignored, "accepted without effect");
  app.add_option("--web-root", texts.ignored, "accepted without effect");
}

wire::Endpoints endpoints(const Texts& texts, const Environment& environment) {
  wire::Endpoints all = texts.bind.empty() ? wire::default_endpoints(environment) : wire::endpoints_of(texts.bind);
  if (!texts.frontend.empty()) all.frontend = texts.frontend;
  if (!texts.backend.empty()) all.backend = texts.backend;
  if (!texts.publisher.empty()) all.publisher = texts.publisher;
  return all;
}

}  // namespace

std::optional<Options> read_options(const std::vector<std::string>& arguments, const Environment& environment) {
  Options options;
  Texts texts;
  CLI::App app("loads-broker: brings test runs to the agents, and their figures together.", "loads-broker");
  add_options(app, options, texts);
  if (!parse_options(app, arguments, "broker")) return {};
  if (texts.version) {
    std::cout << "loads-broker " << version() << std::endl;
    return {};
  }
  if (!texts.ignored.empty()) options.notices.emplace_back("--db and --web-root are accepted without effect");
  options.endpoints = endpoints(texts, environment);
  if (!texts.web.empty()) options.web = web::parse_address(texts.web);
  return options;
}

std::filesystem::path keys_folder(const Options& options, const Environment& environment) {
  return options.keys.empty() ? wire::default_keys_folder(environment, ::geteuid() == 0) : std::filesystem::path(options.keys);
}

}  // namespace loads::broker
