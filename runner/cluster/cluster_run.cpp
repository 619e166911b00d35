#include "runner/cluster/cluster_run.h"

#include <termios.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <initializer_list>
#include <iostream>

#include "common/duration.h"
#include "common/failure.h"
#include "runner/cluster/broker_connection.h"
#include "runner/cluster/cluster_report.h"
#include "runner/cluster/console.h"
#include "runner/cluster/run_display.h"
#include "runner/outputs.h"
#include "runner/signals.h"

namespace loads::runner {
namespace {

constexpr std::chrono::milliseconds kTurn{100};
constexpr std::initializer_list<int> kSignals{SIGINT, SIGTERM, SIGHUP};

bool is_at_terminal() { return ::isatty(STDIN_FILENO) == 1 && ::isatty(STDERR_FILENO) == 1; }

OnInterrupt on_interrupt(const Options& options) {
  const OnInterrupt wanted = options.cluster.on_interrupt;
  return wanted == OnInterrupt::ask && !is_at_terminal() ? OnInterrupt::stop : wanted;
}

// A console with its sockets, its signals and its terminal.
class ClusterRun final : public ConsoleOutside {
 public:
  ClusterRun(const Options& options, const BrokerAddress& address, ConsoleSettings settings, Signals& signals)
      : options_(options),
        outputs_(options),
        signals_(signals),
        connection_(address),
        display_(options),
        console_(std::move(settings), *this) {}

  int run() {
    follow();
    return conclude();
  }

  Report run_once() {
    follow();
    return end_report();
  }

 private:
  void send(const proto::FromConsole& message) override { connection_.send(message); }
  void listen_to(const std::string& run) override {
    connection_.listen_to(run);
    display_.note("Run " + run + ".");
  }
  void show(const proto::Snapshot& snapshot) override { display_.show(snapshot); }
  void note(const std::string& line) override { display_.note(line); }
  void ask(const proto::Snapshot* so_far) override;
  void end_question() override { display_.end_question(); }

  static Console::Time now() { return std::chrono::steady_clock::now().time_since_epoch(); }

  void follow();
  void turn();
  void watch_input(bool wanted);
  void read_input();
  std::string attach_command() const;
  int conclude();
  int conclude_detached() const;
  int conclude_over();
  Report end_report();
  Report report() const;
  [[noreturn]] void refuse() const;
  [[noreturn]] void refuse_silence() const;

  const Options& options_;
  Outputs outputs_;
  Signals& signals_;
  BrokerConnection connection_;
  RunDisplay display_;
  Console console_;
  bool watches_input_ = false;
  std::string typed_;
};

void ClusterRun::follow() {
  connection_.watch(signals_.descriptor());
  console_.begin(now());
  while (console_.end() == Console::End::none) turn();
  display_.finish();
}

void ClusterRun::turn() {
  watch_input(console_.is_asking());
  connection_.wait(kTurn);
  while (const auto signal = signals_.poll()) console_.on_signal(*signal, now());
  while (const auto message = connection_.receive()) console_.on_message(*message, now());
  while (const auto snapshot = connection_.receive_publication()) console_.on_publication(*snapshot, now());
  if (watches_input_ && connection_.is_ready(STDIN_FILENO)) read_input();
  console_.tick(now());
}

// Only while a question waits: what is typed at other times is not ours.
void ClusterRun::watch_input(bool wanted) {
  if (wanted == watches_input_) return;
  wanted ? connection_.watch(STDIN_FILENO) : connection_.unwatch(STDIN_FILENO);
  watches_input_ = wanted;
}

void ClusterRun::ask(const proto::Snapshot* so_far) {
  if (!watches_input_) {
    typed_.clear();
    ::tcflush(STDIN_FILENO, TCIFLUSH);
  }
  display_.ask(so_far);
}

void ClusterRun::read_input() {
  std::array<char, 256> bytes{};
  const ssize_t count = ::read(STDIN_FILENO, bytes.data(), bytes.size());
  if (count <= 0) return console_.on_end_of_input();
  typed_.append(bytes.data(), static_cast<std::size_t>(count));
  for (auto end = typed_.find('\n'); end != std::string::npos; end = typed_.find('\n')) {
    const std::string line = typed_.substr(0, end);
    typed_.erase(0, end + 1);
    console_.on_line(line, now());
  }
}

std::string ClusterRun::attach_command() const {
  const std::string& broker = options_.cluster.broker;
  return "loads-runner --attach " + console_.run() + (broker.empty() ? "" : " --broker " + broker);
}

int ClusterRun::conclude() {
  switch (console_.end()) {
    case Console::End::over: return conclude_over();
    case Console::End::detached: return conclude_detached();
    default: refuse();
  }
}

// There is nothing to report.
void ClusterRun::refuse() const {
  if (console_.end() != Console::End::refused) refuse_silence();
  const proto::Error& error = console_.refusal();
  throw Failure(error.exit_code, error.message, error.id);
}

int ClusterRun::conclude_detached() const {
  if (console_.stop_signal() != 0) {
    std::cerr << "The run is being cut off. Its end: " << attach_command() << std::endl;
    return exit_code::interrupted;
  }
  if (options_.cluster.detach) std::cout << console_.run() << std::endl;  // for scripts
  std::cerr << "Detached. run --attach to reattach: " << attach_command() << std::endl;
  return exit_code::passed;
}

int ClusterRun::conclude_over() {
  Report whole = report();
  whole.exit_code = verdict(whole, options_.exit_codes);
  outputs_.write(whole);
  return whole.exit_code;
}

Report ClusterRun::report() const {
  const proto::RunStatus& status = console_.last()->status;
  if (status.state == proto::RunState::failed) throw Failure(status.exit_code, status.message, status.error_id);
  return cluster_report(*console_.last(), {console_.stop_signal(), options_.cluster.tolerate_lost_agents, options_.conditions.thresholds});
}

// A console that was left before the end has stopped the run all the same.
Report ClusterRun::end_report() {
  if (console_.end() == Console::End::over) return report();
  if (console_.end() != Console::End::detached) refuse();
  Report stopped;
  stopped.run_id = console_.run();
  stopped.ending = console_.stop_signal() == SIGTERM ? Ending::terminated : Ending::interrupted;
  return stopped;
}

void ClusterRun::refuse_silence() const {
  const std::string what = "the broker at " + connection_.address() + " has not answered for " + format_duration(Console::kGiveUp) + ". ";
  if (console_.run().empty())
    throw Failure(exit_code::no_broker, what + "Whether it has taken the order, loads-runner --runs will tell.", "no-broker");
  throw Failure(exit_code::no_broker, what + "The run may go on at its agents. When the broker is back: " + attach_command() + ".",
                "no-broker");
}

ConsoleSettings settings_of(const Options& options, Order order) {
  ConsoleSettings settings;
  settings.order = std::move(order.order);
  settings.nonce = make_nonce();
  settings.observers = options.observers;
  settings.bundle = std::move(order.bundle);
  settings.detach = options.cluster.detach;
  settings.on_interrupt = on_interrupt(options);
  return settings;
}

}  // namespace

int run_on_cluster(const Options& options, const BrokerAddress& address, Order order) {
  Signals signals(kSignals);
  return ClusterRun(options, address, settings_of(options, std::move(order)), signals).run();
}

Report run_once_on_cluster(const Options& options, const BrokerAddress& address, Order order, Signals& signals) {
  ConsoleSettings settings = settings_of(options, std::move(order));
  settings.on_interrupt = OnInterrupt::stop;
  return ClusterRun(options, address, std::move(settings), signals).run_once();
}

int attach_to_run(const Options& options, const BrokerAddress& address) {
  ConsoleSettings settings;
  settings.run = options.cluster.run;
  settings.on_interrupt = on_interrupt(options);
  Signals signals(kSignals);
  return ClusterRun(options, address, std::move(settings), signals).run();
}

}  // namespace loads::runner
