#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <random>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "common/metrics/tally.h"
#include "proto/agent_folder.h"
#include "proto/console_messages.h"

// A cluster in one thread and in no time: the broker's and the agents' own decisions over a simulated network, disk, clock and load. What
// happens follows from the seed alone, so that a run that goes wrong can be had again. Everything that can fail does: messages are late,
// lost, doubled and out of order, connections break, processes are killed between any two steps or in the middle of one, stand still, and
// come back, disks are full. A disk that loses what it had makes a run incomplete. After a while it stops failing, and then the books have
// to balance.
namespace loads::simulation {

using Time = proto::Nanoseconds;
using namespace std::chrono_literals;

class SimulatedBroker;
class SimulatedAgent;
class SimulatedConsole;

// Thrown out of the middle of what a process does: it is killed there.
struct Killed {};

// The way between two processes. A connection that broke is another one afterwards, and what was on its way is lost.
struct Link {
  std::uint64_t generation = 1;
  bool up = true;
  Time last_to_broker{};  // arrivals, to keep the order
  Time last_from_broker{};
};

class World {
 public:
  explicit World(std::uint64_t seed);
  ~World();

  // To the end. What was wrong, a line each; nothing when all was well.
  std::vector<std::string> run();

  // For the processes.
  Time now() const { return now_; }
  proto::WallTime wall() const { return proto::WallTime(std::chrono::hours(480000) + now_); }
  bool disk_rots() const { return rotting_; }
  bool outage_is_long() const { return outage_is_long_; }   // of the broker, and the load goes on meanwhile
  std::size_t spool_limit() const { return spool_limit_; }  // of agents
  bool calm() const { return now_ >= kCalm; }               // nothing fails any more
  void at(Time when, std::function<void()> what);
  void after(Time delay, std::function<void()> what) { at(now_ + delay, std::move(what)); }
  bool chance(double probability) { return std::bernoulli_distribution(probability)(random_); }
  std::int64_t between(std::int64_t least, std::int64_t most) { return std::uniform_int_distribution<std::int64_t>(least, most)(random_); }
  Time between(Time least, Time most) { return Time(between(least.count(), most.count())); }
  // Delivers over `link` what `arrive` does at the other end.
  void transmit(Link& link, bool to_broker, const std::function<void()>& arrive);
  void wrong(const std::string& what);
  void trace(const std::string& line);

  SimulatedBroker& broker() { return *broker_; }
  std::vector<std::unique_ptr<SimulatedAgent>>& agents() { return agents_; }
  SimulatedConsole* console(const std::string& route);

  // What the target has answered, whatever anybody reports.
  std::map<std::string, metrics::Tally> truth;
  // Who works on which share of which run.
  std::map<std::pair<std::string, std::uint32_t>, const void*> at_work;
  // Of each part of a rate that was dealt again, the share that has it: a part is the run, its time and its turn.
  std::map<std::tuple<std::string, double, std::uint64_t, std::uint64_t>, std::uint32_t> dealt_parts;
  int restarts = 0;       // of workers
  int takeovers() const;  // of shares, by other agents
  void count_kept(const proto::agent_folder::Checkpoint& checkpoint);
  int compactions = 0;  // of what agents keep on their disks
  int coarse = 0;       // those of figures that were merged since the broker had not taken them

  static constexpr Time kCalm = 90s;
  static constexpr Time kEnd = 600s;

 private:
  void plan_faults();
  void plan_long_outage();
  void lose_a_worker(std::size_t victim);
  void break_link(Link& link, Time duration);
  void check();
  void check_run(const std::string& run);

  std::mt19937_64 random_;
  Time now_ = 1s;
  std::uint64_t order_ = 0;
  std::map<std::pair<Time, std::uint64_t>, std::function<void()>> events_;
  std::vector<std::string> wrong_;
  bool tracing_ = false;
  bool reordering_ = false;
  bool rotting_ = false;
  bool outage_is_long_ = false;
  std::size_t spool_limit_ = 0;
  std::unique_ptr<SimulatedBroker> broker_;
  std::vector<std::unique_ptr<SimulatedAgent>> agents_;
  std::vector<std::unique_ptr<SimulatedConsole>> consoles_;
};

// A user: orders a run until the broker says that it has it, hands over the test's files, and may stop it.
class SimulatedConsole {
 public:
  SimulatedConsole(World& world, int number);
  void begin();
  void receive(const proto::ToConsole& message);
  const std::string& route() const { return route_; }
  const std::string& run() const { return run_; }
  bool refused() const { return refused_; }
  Link link;

 private:
  void submit();
  void send(proto::FromConsole message);
  void stop();
  void steer();

  World& world_;
  std::string route_;
  proto::Submit order_;
  std::string run_;
  bool refused_ = false;
};

}  // namespace loads::simulation
