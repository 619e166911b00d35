#include "broker/core/ledger.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "common/metrics/events.h"
#include "proto/codec.h"

namespace loads::broker {
namespace {

// What a checkpoint consists of.
struct Page {
  std::vector<std::pair<proto::Lease, Ledger::Account>> accounts;
  metrics::Totals totals;
  metrics::History history;

  static void fields(auto& self, auto&& field) {
    field("accounts", self.accounts);
    field("totals", self.totals);
    field.when_set("history", self.history);
  }
};

// Whether `batch` adds to `before` what it says it does. What was sent, and what became of it, is known to its agent alone.
bool adds_up(const metrics::Tally& before, const proto::Batch& batch) {
  metrics::Tally sum = before;
  for (const metrics::Slice& slice : batch.slices) sum += metrics::tally_of(slice);
  return sum.answered == batch.tally.answered && sum.unanswered == batch.tally.unanswered && sum.outcomes == batch.tally.outcomes;
}

}  // namespace

Ledger::Entry Ledger::enter(const proto::Batch& batch) {
  Account& account = accounts_[batch.lease];
  if (batch.seq <= account.seq || account.result) return Entry::repeated;
  const bool follows = batch.seq == account.seq + 1;
  if (!follows && !(bears_gaps_ && resumed_.insert(batch.lease).second)) return Entry::too_early;
  if (follows && !adds_up(account.tally, batch)) account.balanced = false;
  account.seq = batch.seq;
  account.tally = batch.tally;
  account.until = std::max(account.until, batch.to);
  account.result = batch.result;
  if (!count(batch)) account.balanced = false;
  // A step lasts until its last agent is done with it.
  for (const auto& [step, duration] : batch.steps) {
    const auto& known = totals_.steps();
    const auto before = step < known.size() ? known[step].duration : std::chrono::duration<double>(0);
    totals_.set_step_duration(step, std::max(before, duration));
  }
  return Entry::entered;
}

// False: the sum would be beyond what a reader takes for a count, so that a checkpoint of it could not be read back.
bool Ledger::count(const proto::Batch& batch) {
  std::uint64_t events = events_;
  for (const metrics::Slice& slice : batch.slices) events += metrics::events_of(slice);
  if (events > metrics::kMostEvents) return false;
  events_ = events;
  for (const metrics::Slice& slice : batch.slices) totals_.add(slice);
  history_.add(batch.from, batch.to, batch.users, batch.slices);
  return true;
}

const Ledger::Account* Ledger::account(proto::Lease lease) const {
  const auto found = accounts_.find(lease);
  return found == accounts_.end() ? nullptr : &found->second;
}

bool Ledger::balanced() const {
  return std::all_of(accounts_.begin(), accounts_.end(), [](const auto& entry) { return entry.second.balanced; });
}

proto::Nanoseconds Ledger::duration() const {
  proto::Nanoseconds longest{};
  for (const auto& [lease, account] : accounts_) longest = std::max(longest, account.until);
  return longest;
}

std::string Ledger::checkpoint() const { return proto::to_record(Page{{accounts_.begin(), accounts_.end()}, totals_, history_}); }

bool Ledger::restore(std::span<const std::uint8_t> record) {
  Page page;
  if (!proto::from_record(record, page)) return false;
  accounts_ = {page.accounts.begin(), page.accounts.end()};
  totals_ = std::move(page.totals);
  history_ = std::move(page.history);
  events_ = 0;
  for (const auto& step : totals_.steps()) events_ += metrics::events_of(step.slice);
  return true;
}

}  // namespace loads::broker
