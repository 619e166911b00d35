#include "simulation/world.h"

#include <algorithm>
#include <cstdlib>
#include <iostream>
#include <utility>

#include "simulation/simulated_agent.h"
#include "simulation/simulated_broker.h"

namespace loads::simulation {

World::World(std::uint64_t seed) : random_(seed), tracing_(std::getenv("LOADS_SIMULATION_TRACE") != nullptr) {
  reordering_ = chance(0.2);
  rotting_ = seed % 10 == 0;
  // A batch has some 600 bytes.
  spool_limit_ = static_cast<std::size_t>(chance(0.7) ? between(1000, 4000) : 1 << 20);
  broker_ = std::make_unique<SimulatedBroker>(*this);
  outage_is_long_ = chance(0.3);
  const auto agents = between(2, 5);
  for (int i = 0; i < agents; ++i) agents_.push_back(std::make_unique<SimulatedAgent>(*this, i));
  const auto consoles = between(1, 3);
  for (int i = 0; i < consoles; ++i) consoles_.push_back(std::make_unique<SimulatedConsole>(*this, i));
}

World::~World() = default;

void World::at(Time when, std::function<void()> what) { events_.emplace(std::pair(std::max(when, now_), order_++), std::move(what)); }

void World::wrong(const std::string& what) {
  trace("WRONG: " + what);
  wrong_.push_back(what + ", after " + std::to_string(std::chrono::duration<double>(now_).count()) + " s");
}

void World::trace(const std::string& line) {
  if (tracing_) std::cerr << std::chrono::duration<double>(now_).count() << "  " << line << '\n';
}

void World::transmit(Link& link, bool to_broker, const std::function<void()>& arrive) {
  if (!link.up) return;
  const bool quiet = calm();
  if (!quiet && chance(0.002)) return;
  const int copies = !quiet && reordering_ && chance(0.01) ? 2 : 1;
  Time& last = to_broker ? link.last_to_broker : link.last_from_broker;
  for (int i = 0; i < copies; ++i) {
    Time arrival = now_ + between(50us, 3ms);
    if (!quiet && chance(0.01)) arrival += between(10ms, 2s);
    if (!reordering_) arrival = last = std::max(last, arrival);
    at(arrival, [&link, generation = link.generation, arrive] {
      if (link.up && link.generation == generation) arrive();
    });
  }
}

void World::break_link(Link& link, Time duration) {
  ++link.generation;
  link.up = false;
  after(duration, [&link] { link.up = true; });
}

SimulatedConsole* World::console(const std::string& route) {
  for (const auto& console : consoles_) {
    if (console->route() == route) return console.get();
  }
  return nullptr;
}

void World::plan_faults() {
  if (chance(0.1)) at(between(10s, 60s), [this] { agents_.back()->kill_for_good(); });
  if (outage_is_long_) plan_long_outage();
  const auto faults = between(0, 12);
  for (int i = 0; i < faults; ++i) {
    const Time when = between(1s, kCalm - 25s);
    const auto kind = between(0, 10);
    const auto victim = static_cast<std::size_t>(between(0, static_cast<std::int64_t>(agents_.size()) - 1));
    const Time duration = chance(0.7) ? between(100ms, 8s) : between(8s, 24s);
    const int calls = static_cast<int>(between(0, 60));
    at(when, [this, kind, victim, duration, calls] {
      SimulatedAgent& agent = *agents_[victim];
      trace("fault " + std::to_string(kind) + " of agent " + std::to_string(victim) + " for " +
            std::to_string(std::chrono::duration<double>(duration).count()) + " s");
      switch (kind) {
        case 0: return broker_->kill(now_ + duration);
        case 1: return broker_->kill_within(calls);
        case 2: return broker_->stand_still(now_ + duration);
        case 3: return broker_->fill_disk(now_ + duration);
        case 4: return agent.kill(now_ + duration);
        case 5: return agent.kill_within(calls);
        case 6: return agent.stand_still(now_ + duration);
        case 7: return agent.fill_disk(now_ + duration);
        case 8:
        case 9: return lose_a_worker(victim);
        default: return break_link(agent.link, duration);
      }
    });
  }
}

// Of the broker. Now and then an agent's disk is full meanwhile, so that it merges what it has in memory alone, and the agent is killed
// when the broker has come back.
void World::plan_long_outage() {
  const Time when = between(10s, 25s);
  const Time end = when + between(20s, 55s);
  at(when, [this, end] { broker_->kill(end); });
  if (!chance(0.5)) return;
  SimulatedAgent& agent = *agents_.front();
  at(when + between(0s, 15s), [&agent, end] { agent.fill_disk(end + 20s); });
  at(end + between(0s, 5s), [this, &agent] { agent.kill(now_ + between(100ms, 8s)); });
}

// The victim's, or the next one's that has any.
void World::lose_a_worker(std::size_t victim) {
  for (std::size_t i = 0; i < agents_.size() && !agents_[(victim + i) % agents_.size()]->lose_worker(); ++i) {
  }
}

void World::count_kept(const proto::agent_folder::Checkpoint& checkpoint) {
  ++compactions;
  if (checkpoint.coarse.width > Time{}) ++coarse;
}

std::vector<std::string> World::run() {
  broker_->start();
  for (const auto& agent : agents_) agent->start();
  for (const auto& console : consoles_) at(between(1s, outage_is_long_ ? 5s : 50s), [&console] { console->begin(); });
  plan_faults();
  while (!events_.empty() && now_ < kEnd && wrong_.size() < 5) {
    auto next = events_.extract(events_.begin());
    now_ = next.key().first;
    next.mapped()();
  }
  check();
  return wrong_;
}

void World::check() {
  if (broker_->busy_agents() > 0) wrong("agents are busy with nothing");
  for (const auto& [run, record] : broker_->records) check_run(run);
  for (const auto& agent : agents_) {
    if (!agent->is_gone() && !agent->is_idle()) wrong(agent->route() + " still holds something of a run");
  }
  std::vector<std::string> nonces;
  for (const auto& [run, record] : broker_->records) nonces.push_back(record.nonce);
  std::sort(nonces.begin(), nonces.end());
  if (std::adjacent_find(nonces.begin(), nonces.end()) != nonces.end()) wrong("an order became two runs");
  for (const auto& console : consoles_) {
    if (console->run().empty() && !console->refused()) wrong(console->route() + " never got its run");
  }
}

int World::takeovers() const {
  int sum = 0;
  for (const auto& [run, record] : broker_->records) {
    for (const broker::LeaseRecord& lease : record.leases) sum += lease.after != 0 && lease.may_have_sent() ? 1 : 0;
  }
  return sum;
}

void World::check_run(const std::string& run) {
  const broker::RunRecord& record = broker_->records.at(run);
  const std::string about = "run " + run + " (" + std::string(to_string(record.state)) + "): ";
  const broker::Ledger ledger = broker_->ledger_of(run);
  const metrics::Tally counted = metrics::tally_of(ledger.totals().all());
  const metrics::Tally& answered = truth[run];
  if (!proto::is_over(record.state)) wrong(about + "it is not over");
  if (broker_->has_lost_figures_of(run)) {
    if (record.error_id != "damaged-figures") wrong(about + "figures were lost, and it does not say so");
    if (counted.answered > answered.answered) wrong(about + "counted more than was answered");
    return;
  }
  // What an agent that never came back had not reported is named, and not counted.
  const bool incomplete = record.state == proto::RunState::incomplete && agents_.back()->is_gone();
  if (incomplete && counted.answered <= answered.answered) return;
  if (counted.answered != answered.answered || counted.outcomes != answered.outcomes) {
    wrong(about + "counted " + std::to_string(counted.answered) + " of " + std::to_string(answered.answered));
  }
  if (!ledger.balanced()) wrong(about + "a batch does not add up");
  if (record.error_id == "agent-busy") wrong(about + record.message);
  if (record.state == proto::RunState::failed && answered.answered > 0) wrong(about + "something was sent");
}

SimulatedConsole::SimulatedConsole(World& world, int number) : world_(world), route_("console" + std::to_string(number)) {
  order_.request = 1;
  order_.major = 1;
  order_.nonce = route_;
  proto::RunOrder& order = order_.order;
  order.plan.test = "example.TestWebSite.test_es";
  const bool by_hits = world_.chance(0.3);
  const bool by_rate = !by_hits && world_.chance(0.4);
  const Time step = world_.outage_is_long() || by_rate ? world_.between(20s, 60s) : world_.between(1s, 20s);
  for (std::int64_t steps = world_.between(1, 3); steps > 0; --steps) {
    order.plan.steps.push_back(by_hits ? plan::Step{5, 100, {}} : plan::Step{5, {}, step});
    if (by_rate) order.plan.steps.back().rate = plan::Profile::constant(10, step);
  }
  // With nobody left who is free, the part of a lost agent is dealt to the others.
  order.plan.agents = by_rate ? static_cast<std::uint32_t>(world_.agents().size()) : static_cast<std::uint32_t>(world_.between(1, 3));
  if (world_.chance(0.5)) {
    order.test.url = "http://localhost/";
  } else {
    order.test.bundle = "bundle of " + route_;
    order.test.bundle_size = 3000;
  }
  order.settings.stop_timeout = 2s;
  order.wait_agents = 200s;
  order.on_broker_loss = world_.chance(0.5)   ? proto::BrokerLoss::continue_for
                         : world_.chance(0.5) ? proto::BrokerLoss::stop
                                              : proto::BrokerLoss::go_on;
  if (world_.outage_is_long()) order.on_broker_loss = proto::BrokerLoss::go_on;
  order.broker_loss_limit = 10s;
  order.rebalance = !by_hits && (by_rate || world_.chance(0.5));
  order.worker_restarts = static_cast<std::uint32_t>(world_.between(0, 2));
  if (world_.chance(0.05)) order.note = "does not load";
}

void SimulatedConsole::begin() {
  submit();
  if (world_.chance(0.3)) world_.after(world_.between(1s, 40s), [this] { stop(); });
  for (int i = 0; i < 3; ++i) {
    if (world_.chance(0.2)) world_.after(world_.between(1s, 40s), [this] { steer(); });
  }
}

void SimulatedConsole::submit() {
  if (refused_) return;
  // A console that was killed asks no more; its run goes on.
  if (!run_.empty() && world_.now() > World::kCalm) return;
  send(order_);
  world_.after(2s, [this] { submit(); });
}

void SimulatedConsole::stop() {
  if (!run_.empty()) send(proto::StopRun{2, run_, world_.chance(0.3)});
}

void SimulatedConsole::steer() {
  if (!run_.empty()) send(proto::SteerRun{3, run_, static_cast<proto::SteerKind>(world_.between(0, 2)), 1.5});
}

void SimulatedConsole::send(proto::FromConsole message) {
  world_.transmit(link, true, [this, message = std::move(message)] { world_.broker().receive_from_console(route_, message); });
}

void SimulatedConsole::receive(const proto::ToConsole& message) {
  if (const auto* submitted = std::get_if<proto::Submitted>(&message)) {
    if (!run_.empty() && run_ != submitted->run) world_.wrong(route_ + " was told of another run");
    run_ = submitted->run;
  } else if (std::get_if<proto::Error>(&message) != nullptr) {
    // The disk is full for a while, say.
  } else if (const auto* want = std::get_if<proto::WantChunk>(&message)) {
    if (want->offset < 3000) send(proto::Chunk{want->bundle, want->offset, proto::Blob(1000, 7)});
  }
}

}  // namespace loads::simulation
