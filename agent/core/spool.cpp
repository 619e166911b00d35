#include "agent/core/spool.h"

#include <algorithm>
#include <iterator>
#include <utility>

namespace loads::agent {
namespace {

constexpr proto::Nanoseconds kPatience = std::chrono::seconds(1);  // for an acknowledgement

}  // namespace

void Spool::add(std::uint64_t seq, std::string bytes) {
  if (batches_.empty() && acknowledged_ == 0 && seq > 0) begin_after(seq - 1);
  if (seq != last() + 1) return;
  bytes_ += bytes.size();
  waiting_bytes_ += bytes.size();
  batches_.push_back(std::move(bytes));
}

void Spool::begin_after(std::uint64_t seq) {
  batches_.clear();
  bytes_ = waiting_bytes_ = 0;
  acknowledged_ = sent_ = offered_ = seq;
}

std::size_t Spool::acknowledge(std::uint64_t seq, proto::Nanoseconds now) {
  if (seq <= acknowledged_) return 0;
  std::size_t bytes = 0;
  for (; acknowledged_ < seq && !batches_.empty(); batches_.pop_front()) {
    const std::size_t size = batches_.front().size();
    if (++acknowledged_ > offered_) waiting_bytes_ -= size;  // never sent: a broker that says so has it from somewhere else
    bytes += size;
  }
  bytes_ -= bytes;
  sent_ = std::max(sent_, acknowledged_);
  offered_ = std::max(offered_, acknowledged_);
  stalled_ = false;
  moved_ = now;
  return bytes;
}

void Spool::send_again() {
  sent_ = acknowledged_;
  stalled_ = false;
}

const std::string* Spool::find(std::uint64_t seq) const {
  return seq > acknowledged_ && seq <= last() ? &batches_[static_cast<std::size_t>(seq - acknowledged_ - 1)] : nullptr;
}

std::vector<std::string> Spool::take_waiting() {
  const auto first = batches_.begin() + static_cast<std::ptrdiff_t>(offered_ - acknowledged_);
  std::vector<std::string> waiting(std::make_move_iterator(first), std::make_move_iterator(batches_.end()));
  batches_.erase(first, batches_.end());
  bytes_ -= std::exchange(waiting_bytes_, 0);
  return waiting;
}

bool Spool::pump(std::uint32_t credit, proto::Nanoseconds now, const std::function<void(const std::string& bytes)>& send) {
  if (sent_ == acknowledged_) {
    moved_ = now;
  } else if (now - moved_ >= kPatience) {
    sent_ = acknowledged_;
    stalled_ = true;
    moved_ = now;
  }
  const std::uint64_t end = stalled_ ? offered_ : last();
  bool any = false;
  for (; sent_ < end && sent_ - acknowledged_ < credit; any = true) {
    const std::string& bytes = batches_[static_cast<std::size_t>(sent_ - acknowledged_)];
    if (++sent_ > offered_) {
      offered_ = sent_;
      waiting_bytes_ -= bytes.size();
    }
    send(bytes);
  }
  return any;
}

}  // namespace loads::agent
