#include "agent/core/spool.h"

#include <algorithm>

namespace loads::agent {
namespace {

constexpr proto::Nanoseconds kPatience = std::chrono::seconds(1);  // for an acknowledgement

}  // namespace

void Spool::add(std::uint64_t seq, std::string bytes) {
  if (batches_.empty() && acknowledged_ == 0 && seq > 0) acknowledged_ = sent_ = seq - 1;
  if (seq == last() + 1) batches_.push_back(std::move(bytes));
}

void Spool::begin_after(std::uint64_t seq) {
  batches_.clear();
  acknowledged_ = sent_ = seq;
}

void Spool::acknowledge(std::uint64_t seq, proto::Nanoseconds now) {
  if (seq <= acknowledged_) return;
  const std::uint64_t count = std::min<std::uint64_t>(seq - acknowledged_, batches_.size());
  batches_.erase(batches_.begin(), batches_.begin() + static_cast<std::ptrdiff_t>(count));
  acknowledged_ += count;
  sent_ = std::max(sent_, acknowledged_);
  moved_ = now;
}

bool Spool::pump(std::uint32_t credit, proto::Nanoseconds now, const std::function<void(const std::string& bytes)>& send) {
  if (sent_ == acknowledged_) {
    moved_ = now;
  } else if (now - moved_ >= kPatience) {
    sent_ = acknowledged_;
    moved_ = now;
  }
  bool any = false;
  for (; sent_ < last() && sent_ - acknowledged_ < credit; any = true) send(batches_[static_cast<std::size_t>(sent_++ - acknowledged_)]);
  return any;
}

}  // namespace loads::agent
