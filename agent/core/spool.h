#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <string>

#include "proto/agent_messages.h"

namespace loads::agent {

// The batches of one share that the broker does not have on its disk yet, in their order. Pure. What is sent when (go-back-N): batches go
// out while fewer than `credit` are unacknowledged; when nothing was acknowledged for a while, all are sent again from the last one
// acknowledged.
class Spool {
 public:
  void add(std::uint64_t seq, std::string bytes);  // seq is the last one's plus 1
  void acknowledge(std::uint64_t seq, proto::Nanoseconds now);
  void begin_after(std::uint64_t seq);          // of an empty spool: the broker has everything up to there
  void send_again() { sent_ = acknowledged_; }  // to a broker that has come (again)

  // Hands the batches that may go out now to `send`; whether there were any.
  bool pump(std::uint32_t credit, proto::Nanoseconds now, const std::function<void(const std::string& bytes)>& send);

  std::uint64_t last() const { return acknowledged_ + batches_.size(); }
  std::uint64_t acknowledged() const { return acknowledged_; }
  bool empty() const { return batches_.empty(); }

 private:
  std::uint64_t acknowledged_ = 0;  // the seq before the first of batches_
  std::uint64_t sent_ = 0;
  proto::Nanoseconds moved_{};  // when something was acknowledged, or sent for the first time after that
  std::deque<std::string> batches_;
};

}  // namespace loads::agent
