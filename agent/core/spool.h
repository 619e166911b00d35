#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <string>
#include <vector>

#include "proto/agent_messages.h"

namespace loads::agent {

// The batches of one share that the broker does not have on its disk yet, in their order. Pure. What is sent when (go-back-N): batches go
// out while fewer than `credit` are unacknowledged; when nothing was acknowledged for a while, those that have gone out are sent again from
// the last one acknowledged, and no others until something is.
//
// A batch that has gone out once may be on the broker's disk, whatever became of its acknowledgement: it stays as it is. The others wait,
// and may be put in another form.
class Spool {
 public:
  void add(std::uint64_t seq, std::string bytes);                      // seq is the last one's plus 1
  std::size_t acknowledge(std::uint64_t seq, proto::Nanoseconds now);  // how many bytes were let go of
  void begin_after(std::uint64_t seq);                                 // of an empty spool: the broker has everything up to there
  void send_again();                                                   // to a broker that has come (again)

  // Hands the batches that may go out now to `send`; whether there were any.
  bool pump(std::uint32_t credit, proto::Nanoseconds now, const std::function<void(const std::string& bytes)>& send);

  std::uint64_t last() const { return acknowledged_ + batches_.size(); }
  std::uint64_t acknowledged() const { return acknowledged_; }
  bool empty() const { return batches_.empty(); }
  std::size_t bytes() const { return bytes_; }
  const std::deque<std::string>& batches() const { return batches_; }  // from the one after acknowledged() on
  const std::string* find(std::uint64_t seq) const;                    // null: it is not here (any more)

  // Those that have never gone out.
  std::size_t waiting_bytes() const { return waiting_bytes_; }
  std::vector<std::string> take_waiting();  // to be put back by add()

 private:
  std::uint64_t acknowledged_ = 0;  // the seq before the first of batches_
  std::uint64_t sent_ = 0;
  std::uint64_t offered_ = 0;   // the last one that has ever gone out
  bool stalled_ = false;        // nothing was acknowledged for a while
  proto::Nanoseconds moved_{};  // when something was acknowledged, or sent for the first time after that
  std::deque<std::string> batches_;
  std::size_t bytes_ = 0;
  std::size_t waiting_bytes_ = 0;
};

}  // namespace loads::agent
