#pragma once

#include <cstdint>
#include <string>
#include <unordered_set>

#include "common/metrics/recorder.h"
#include "runner/external/message.h"

namespace loads::runner {

// Counts what the processes of an external runner say. Belongs to one thread; the tally may be read by any.
class MessageRecorder {
 public:
  explicit MessageRecorder(metrics::LiveTally* tally) : recorder_(tally) {}

  void add(const ExternalMessage& message);
  void add_error(const std::string& text);  // a test run that its process has not told of
  void add_cut() { recorder_.end_run(metrics::Outcome::cut); }

  // In this step: whether user `user` (from 1) has told of anything, and of anything wrong. One message that does not say who it is from
  // may be anybody's.
  bool has_spoken(std::uint32_t user) const { return spoken_.count(user) > 0 || spoken_.count(0) > 0; }
  bool has_complained(std::uint32_t user) const { return complained_.count(user) > 0 || complained_.count(0) > 0; }
  void begin_step(std::uint32_t step, std::uint32_t users);

  std::uint64_t unknown() const { return unknown_; }                   // messages that could not be read
  const std::string& first_unknown() const { return first_unknown_; }  // why not
  metrics::Slice take() { return recorder_.take(); }
  metrics::Tally tally() const { return recorder_.tally(); }

 private:
  void count(const ExternalMessage& message);
  void add_hit(const ExternalMessage& message);
  void add_problem(metrics::ProblemKind kind, const std::string& text);

  metrics::Recorder recorder_;
  std::uint32_t users_ = 0;  // a message may say that it is from somebody else, who is of no interest
  std::unordered_set<std::uint32_t> spoken_;
  std::unordered_set<std::uint32_t> complained_;
  std::uint64_t unknown_ = 0;
  std::string first_unknown_;
};

}  // namespace loads::runner
