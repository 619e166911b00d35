#include "broker/import/import_spool.h"

#include <map>
#include <memory>
#include <utility>

#include "broker/core/run.h"
#include "broker/import/kept_leases.h"
#include "broker/import/shelf_outside.h"
#include "common/failure.h"
#include "common/run_id.h"
#include "proto/codec.h"

namespace loads::broker {
namespace {

constexpr std::size_t kCommitBytes = std::size_t{1} << 20;

[[noreturn]] void refuse(const std::string& why) { throw Failure(exit_code::usage, why); }

std::string counted(std::uint64_t number, const std::string& what, const std::string& plural) {
  return std::to_string(number) + " " + (number == 1 ? what : plural);
}

class Import {
 public:
  Import(Shelf& shelf, std::ostream& out) : outside_(shelf), out_(out) {}

  void take_agent(const std::filesystem::path& folder) {
    const KeptLeases kept(folder);
    const auto leases = kept.folders();
    if (leases.empty()) out_ << folder.string() << ": nothing to import, its agent had brought all that it measured.\n";
    for (const auto& lease : leases) {
      try {
        take_lease(kept.agent(), lease);
      } catch (const Failure& failure) {
        refused_ = true;
        out_ << lease.string() << ": refused: " << failure.what() << '\n';
      }
    }
  }

  int conclude() {
    outside_.commit();  // what came before a refusal, too
    for (const auto& [id, run] : runs_) {
      run->committed();
      run->conclude_imported(outside_.now());
      if (run->is_over()) {
        out_ << "run " << id << " is " << to_string(run->state()) << ". loads-runner --report " << id
             << " shows it when the broker runs.\n";
      } else {
        out_ << "run " << id << " has agents that have not ended: import their folders too, or start the broker, which waits for them.\n";
      }
    }
    out_ << std::flush;
    return refused_ ? exit_code::too_few_agents : exit_code::passed;
  }

 private:
  void take_lease(const std::string& agent, const std::filesystem::path& folder) {
    const proto::Prepare order = KeptLeases::read_order(folder);
    Run& run = find(order.run);
    const LeaseRecord* lease = run.lease(order.lease);
    if (lease == nullptr || lease->agent != agent) refuse("run " + order.run + " has not given this share to this agent.");
    const std::string name = lease->name;
    std::uint64_t entered = 0;
    std::uint64_t repeated = 0;
    KeptLeases::read_batches(
        folder, [&](const auto& checkpoint) { check_follows(run, order.lease, checkpoint); },
        [&](std::string_view bytes) { ++(enter(run, order.lease, bytes) ? entered : repeated); });
    outside_.commit();
    run.found(order.lease);
    out_ << "run " << order.run << ", agent " << name << ": " << counted(entered, "batch", "batches") << " imported";
    if (repeated > 0) out_ << ", " << repeated << (repeated == 1 ? " was" : " were") << " here already";
    out_ << ".\n";
  }

  // What an agent had an acknowledgement for it has let go of.
  static void check_follows(const Run& run, proto::Lease lease, const proto::agent_folder::Checkpoint& checkpoint) {
    const Ledger::Account* account = run.ledger().account(lease);
    if (checkpoint.acknowledged > (account == nullptr ? 0 : account->seq))
      refuse("a broker had its first " + counted(checkpoint.acknowledged, "batch", "batches") + ", and this one does not have them all.");
  }

  // An agent whose disk was full may have sent what it has there in another form.
  static void check_same(const Run& run, const proto::Batch& batch) {
    const Ledger::Account* account = run.ledger().account(batch.lease);
    if (account != nullptr && account->seq == batch.seq && account->tally != batch.tally)
      refuse("batch " + std::to_string(batch.seq) + " of run " + run.id() + " is here already, and is another one.");
  }

  // False: it was here already.
  bool enter(Run& run, proto::Lease lease, std::string_view bytes) {
    const auto decoded = proto::decode<proto::FromAgent>(bytes);
    const auto* batch = decoded ? std::get_if<proto::Batch>(&decoded.message) : nullptr;
    if (batch == nullptr || batch->run != run.id() || batch->lease != lease) refuse("a batch of run " + run.id() + " cannot be read.");
    check_same(run, *batch);
    const Ledger::Entry entry = run.on_batch(*batch, bytes);
    if (entry == Ledger::Entry::too_early)
      refuse("batch " + std::to_string(batch->seq) + " of run " + run.id() + " comes too early: one before it is not here.");
    if (outside_.uncommitted() > kCommitBytes) outside_.commit();
    return entry == Ledger::Entry::entered;
  }

  Run& find(const std::string& id) {
    if (const auto known = runs_.find(id); known != runs_.end()) return *known->second;
    auto record = is_run_id(id) ? outside_.find(id) : std::nullopt;
    if (!record) refuse("this broker does not know run " + id + ".");
    if (record->started == proto::WallTime{}) refuse("run " + id + " was not started.");
    auto run = std::make_unique<Run>(std::move(*record), outside_, fleet_, outside_.now());
    const auto restore = [&](std::span<const std::uint8_t> page, bool is_checkpoint) { run->restore_page(page, is_checkpoint); };
    if (!outside_.read_pages(id, restore)) refuse("the figures of run " + id + " cannot be read.");
    run->restored();
    return *runs_.emplace(id, std::move(run)).first->second;
  }

  ShelfOutside outside_;
  Fleet fleet_;
  std::map<std::string, std::unique_ptr<Run>> runs_;
  std::ostream& out_;
  bool refused_ = false;
};

}  // namespace

int import_spool(Shelf& shelf, const std::vector<std::string>& paths, std::ostream& out) {
  Import import(shelf, out);
  for (const std::string& path : paths) {
    for (const auto& folder : agent_folders_at(path)) import.take_agent(folder);
  }
  return import.conclude();
}

}  // namespace loads::broker
