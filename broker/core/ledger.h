#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <span>
#include <string>

#include "common/metrics/history.h"
#include "common/metrics/totals.h"
#include "proto/agent_messages.h"

namespace loads::broker {

// What the shares of one run have measured, each batch counted exactly once. Pure: the same batches in the order in which they were
// accepted give the same ledger again, which is how it comes back from the disk.
class Ledger {
 public:
  // One share's account.
  struct Account {
    std::uint64_t seq = 0;       // of the last batch that was entered
    metrics::Tally tally;        // of all batches up to it
    proto::Nanoseconds until{};  // the end of the last interval, since the start of the share
    bool balanced = true;        // false: what its batches add up to is not what it says, or more than can be counted
    std::optional<proto::ShareResult> result;

    static void fields(auto& self, auto&& field) {
      field("seq", self.seq);
      field("tally", self.tally);
      field("until", self.until);
      field("balanced", self.balanced);
      field("result", self.result);
    }
  };

  enum class Entry : std::uint8_t {
    entered,   // now counted
    repeated,  // had been entered before
    too_early  // a batch before it is missing: it has to come first
  };

  Entry enter(const proto::Batch& batch);
  // What it is restored from lacks something: of each share one batch from now on is entered though some before it are missing. They will
  // not come.
  void bear_gaps() {
    bears_gaps_ = true;
    resumed_.clear();
  }

  const Account* account(proto::Lease lease) const;  // null before its first batch
  const metrics::Totals& totals() const { return totals_; }
  const metrics::History& history() const { return history_; }
  bool balanced() const;
  proto::Nanoseconds duration() const;  // of the load: until the last interval's end

  // All of it in one record, and back. Restoring refuses what no checkpoint() has made, and leaves the ledger as it was.
  std::string checkpoint() const;
  bool restore(std::span<const std::uint8_t> record);

 private:
  bool count(const proto::Batch& batch);

  std::map<proto::Lease, Account> accounts_;
  metrics::Totals totals_;
  metrics::History history_;
  std::uint64_t events_ = 0;  // in totals_
  bool bears_gaps_ = false;
  std::set<proto::Lease> resumed_;  // those whose gap was borne
};

}  // namespace loads::broker
