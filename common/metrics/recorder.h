#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "common/metrics/live_tally.h"
#include "common/metrics/slice.h"

namespace loads::metrics {

// Where one thread writes what it measures. Names are turned into numbers once, so that recording a request costs neither a search nor an
// allocation; the slice is taken out whole, about once a second. The tally goes on from slice to slice.
class Recorder {
 public:
  using NameId = std::uint32_t;

  Recorder() : Recorder(nullptr) {}
  explicit Recorder(LiveTally* tally) : tally_(tally != nullptr ? *tally : own_tally_) {}  // outlives this; null: one of its own
  Recorder(const Recorder&) = delete;
  Recorder& operator=(const Recorder&) = delete;

  NameId request_name(std::string_view name);  // that of kOtherName once kMaxNames are known
  const std::string& name_of(NameId id) const { return names_[id]; }

  void request(NameId name, const RequestRecord& record) {
    RequestStats*& stats = stats_[name];
    if (stats == nullptr) stats = &slice_.requests[names_[name]];
    stats->add(record, scheduled_);
    tally_.record(record.error == RequestError::none);
  }

  // Whether an exchange is one to be kept: slower than those that were, or the first failure of its kind. In the path of every request, of
  // which nearly none is.
  bool stands_out(NameId name, const RequestRecord& record) const {
    const bool succeeded = static_cast<unsigned>(record.status) - 1 < 399;
    return (!succeeded || record.delay + record.total > slow_enough_[name]) && lacks(name, record);
  }
  // Likewise, of an answer that the test finds fault with.
  bool lacks_complaint(NameId name, const RequestRecord& record, std::string_view location) const {
    return kept_.lacks_failure(names_[name], record.status, record.error, location);
  }
  void keep(NameId name, Exemplar exemplar);  // under that name, of the present step

  // Round what is written to a socket: before its first byte, and when its fate is known, which is after the request is recorded unless
  // another try is made.
  void begin_send() { tally_.begin_send(); }
  void settle() { tally_.settle(); }

  void end_run(Outcome outcome) {
    ++slice_.outcomes[static_cast<std::size_t>(outcome)];
    tally_.end_run(outcome);
  }

  Tally tally() const { return tally_.read(); }  // from any thread

  // Of what is recorded from now on: whether test runs have their times, and whether it is measured before the figures begin. The second
  // one begins a new slice: take() comes before it.
  void set_scheduled(bool scheduled) { scheduled_ = scheduled; }
  void set_warm_up(bool warm_up) { slice_.warm_up = warm_up; }

  // For everything that is not in the path of a request.
  Slice& slice() { return slice_; }

  Slice take();  // what was recorded since the last time; the step stays

 private:
  bool lacks(NameId name, const RequestRecord& record) const;
  void set_limits();

  LiveTally own_tally_;
  LiveTally& tally_;
  bool scheduled_ = false;
  Slice slice_;
  std::vector<std::string> names_;
  std::vector<RequestStats*> stats_;      // by name, into slice_; null until the name is used in it
  std::vector<Nanoseconds> slow_enough_;  // by name: what takes longer than this is an exemplar
  ExemplarTable kept_;                    // of this thread, since its start: a slice has what is new
  std::unordered_map<std::string, NameId> ids_;
  std::string key_;  // reused for look-ups
};

}  // namespace loads::metrics
