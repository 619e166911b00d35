#include "simulation/simulated_broker.h"

#include <algorithm>
#include <cstdio>
#include <set>
#include <string>
#include <utility>

#include "proto/codec.h"
#include "simulation/simulated_agent.h"

namespace loads::simulation {

void SimulatedBroker::start() {
  const std::uint64_t life = ++life_;
  calls_left_ = -1;
  still_until_ = {};
  broker_ = std::make_unique<broker::Broker>(broker::Identity{"simulated", ++epoch_, 1, "inproc"}, *this);
  act([this] {
    for (const auto& [id, record] : std::map(records)) {
      if (!proto::is_over(record.state)) broker_->restore(record, now());
    }
  });
  tick(life);
}

void SimulatedBroker::kill(Time until) {
  if (!alive()) return;
  world_.trace("broker killed");
  broker_.reset();
  uncommitted_.clear();
  if (world_.disk_rots() && !world_.calm()) lose_a_page();
  ++life_;
  world_.at(until, [this] {
    if (!alive()) start();
  });
}

// Of a run that goes on, so that the next start reads it.
void SimulatedBroker::lose_a_page() {
  for (auto& [run, pages] : pages_) {
    const auto record = records.find(run);
    if (pages.empty() || record == records.end() || proto::is_over(record->second.state)) continue;
    Page& lost = pages[static_cast<std::size_t>(world_.between(0, static_cast<std::int64_t>(pages.size()) - 1))];
    if (lost.bytes == "rot") continue;
    lost.bytes = "rot";
    rotten_.insert(run);
  }
}

void SimulatedBroker::may_be_killed() {
  if (calls_left_ < 0 || world_.calm()) return;
  if (calls_left_-- == 0) throw Killed{};
}

void SimulatedBroker::act(std::function<void()> what) {
  if (!alive()) return;
  if (world_.now() < still_until_) {
    world_.at(still_until_, [this, life = life_, what = std::move(what)] {
      if (life == life_) act(what);
    });
    return;
  }
  try {
    what();
  } catch (const Killed&) {
    kill(world_.now() + world_.between(100ms, 8s));
  }
}

void SimulatedBroker::tick(std::uint64_t life) {
  if (life != life_) return;
  act([this] {
    broker_->tick(now());
    commit();
  });
  if (life == life_) world_.after(100ms, [this, life] { tick(life); });
}

void SimulatedBroker::commit() {
  if (disk_is_full()) {
    std::set<std::string> waiting;
    for (const auto& [run, bytes] : uncommitted_) waiting.insert(run);
    return broker_->committed(now(), waiting);
  }
  for (auto& [run, bytes] : std::exchange(uncommitted_, {})) {
    const auto decoded = proto::decode<proto::FromAgent>(bytes);
    const auto& batch = std::get<proto::Batch>(decoded.message);
    std::uint64_t& durable = durable_[{run, batch.lease}];
    durable = std::max(durable, batch.seq);
    pages_[run].push_back({std::move(bytes), false});
  }
  may_be_killed();  // on the disk, and not acknowledged
  broker_->committed(now());
}

void SimulatedBroker::receive_from_agent(const std::string& route, const std::string& bytes) {
  act([this, route, bytes] {
    auto decoded = proto::decode<proto::FromAgent>(bytes);
    if (!decoded) return world_.wrong("an agent's message cannot be decoded: " + decoded.error);
    broker_->on_agent(route, std::move(decoded.message), bytes, now());
  });
}

void SimulatedBroker::receive_from_console(const std::string& route, const proto::FromConsole& message) {
  act([this, route, message] { broker_->on_console(route, message, now()); });
}

broker::Ledger SimulatedBroker::ledger_of(const std::string& run) {
  broker::Ledger ledger;
  if (has_lost_figures_of(run)) ledger.bear_gaps();
  read_pages(run, [&](std::span<const std::uint8_t> page, bool is_checkpoint) {
    if (is_checkpoint) {
      if (!ledger.restore(page) && !has_lost_figures_of(run)) world_.wrong("a checkpoint cannot be restored");
      return;
    }
    const auto decoded = proto::decode<proto::FromAgent>(page);
    if (decoded) ledger.enter(std::get<proto::Batch>(decoded.message));
  });
  return ledger;
}

void SimulatedBroker::to_agent(const broker::Route& route, const proto::ToAgent& message) {
  may_be_killed();
  if (const auto* ack = std::get_if<proto::Ack>(&message)) {
    if (ack->seq > durable_[{ack->run, ack->lease}]) world_.wrong("acknowledged what is not on the disk");
  }
  for (const auto& agent : world_.agents()) {
    if (agent->route() == route) agent->send_from_broker(message);
  }
}

std::size_t SimulatedBroker::busy_agents() {
  broker_->on_console("check", proto::Ping{}, now());
  return busy_agents_;
}

void SimulatedBroker::to_console(const broker::Route& route, const proto::ToConsole& message) {
  may_be_killed();
  if (const auto* pong = std::get_if<proto::Pong>(&message)) {
    busy_agents_ = static_cast<std::size_t>(std::count_if(pong->agents.begin(), pong->agents.end(), [](const proto::AgentStatus& agent) {
      return agent.state == proto::AgentState::busy || agent.state == proto::AgentState::suspect;
    }));
  }
  SimulatedConsole* console = world_.console(route);
  if (console != nullptr) world_.transmit(console->link, false, [console, message] { console->receive(message); });
}

void SimulatedBroker::publish(const proto::Snapshot& snapshot) {
  if (snapshot.epoch != epoch_) world_.wrong("published without the broker's epoch");
  const auto tally = metrics::tally_of(snapshot.totals.all());
  if (tally.answered > world_.truth[snapshot.status.run].answered) world_.wrong("more was published than was answered");
}

bool SimulatedBroker::save(const broker::RunRecord& record) {
  may_be_killed();
  if (disk_is_full()) return false;
  broker::RunRecord read;
  const std::string bytes = proto::to_record(record);
  if (!proto::from_record(std::span(reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size()), read))
    world_.wrong("a record cannot be read");
  records[record.run] = read;
  may_be_killed();
  return true;
}

std::optional<broker::RunRecord> SimulatedBroker::find(std::string_view run) {
  const auto found = records.find(std::string(run));
  if (found == records.end()) return {};
  return found->second;
}

std::vector<broker::RunRecord> SimulatedBroker::ended(std::size_t) {
  std::vector<broker::RunRecord> over;
  for (const auto& [run, record] : records) {
    if (proto::is_over(record.state)) over.push_back(record);
  }
  return over;
}

void SimulatedBroker::append(const std::string& run, std::string_view record) { uncommitted_.emplace_back(run, record); }

bool SimulatedBroker::checkpoint(const std::string& run, const std::string& record) {
  may_be_killed();
  if (disk_is_full()) return false;
  // What the checkpoint holds is durable with it.
  std::erase_if(uncommitted_, [&](const auto& entry) { return entry.first == run; });
  pages_[run] = {{record, true}};
  const broker::Ledger ledger = ledger_of(run);
  for (const broker::LeaseRecord& lease : records[run].leases) {
    if (const auto* account = ledger.account(lease.lease)) durable_[{run, lease.lease}] = account->seq;
  }
  may_be_killed();
  return true;
}

bool SimulatedBroker::read_pages(const std::string& run, const OnPage& on_page) {
  for (const Page& page : pages_[run]) {
    on_page(std::span(reinterpret_cast<const std::uint8_t*>(page.bytes.data()), page.bytes.size()), page.is_checkpoint);
  }
  return true;
}

bool SimulatedBroker::has_bundle(const std::string& bundle) { return bundles_[bundle] == 3000; }

std::optional<std::uint64_t> SimulatedBroker::add_chunk(const proto::Chunk& chunk, std::uint64_t size, std::string& why_not) {
  std::uint64_t& there = bundles_[chunk.bundle];
  if (chunk.offset == 0) there = 0;
  if (chunk.offset != there || chunk.offset + chunk.data.size() > size) {
    why_not = "out of place";
    return {};
  }
  there += chunk.data.size();
  return there;
}

std::optional<proto::Blob> SimulatedBroker::read_chunk(const std::string& bundle, std::uint64_t offset) {
  if (!has_bundle(bundle) || offset >= 3000) return {};
  return proto::Blob(1000, 7);
}

std::string SimulatedBroker::make_run_id() {
  char text[9];
  std::snprintf(text, sizeof text, "%08llx", static_cast<unsigned long long>(next_run_++));
  return text;
}

void SimulatedBroker::note(std::string_view line) { world_.trace("broker: " + std::string(line)); }

}  // namespace loads::simulation
