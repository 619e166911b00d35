#include "agent/core/windows.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <map>
#include <optional>
#include <utility>
#include <variant>

#include "proto/agent_messages.h"
#include "proto/codec.h"
#include "proto/packing.h"

namespace loads::agent {
namespace {

using proto::Batch;
using proto::Nanoseconds;

metrics::Tally before(const Batch& batch) {
  metrics::Tally tally = batch.tally;
  for (const metrics::Slice& slice : batch.slices) tally -= metrics::tally_of(slice);
  return tally;
}

// What goes into one.
class Window {
 public:
  explicit Window(const Batch& first) : before_(before(first)), from_(first.from) {}

  void add(Batch batch) {
    for (metrics::Slice& slice : batch.slices) {
      const auto [sum, is_new] = slices_.try_emplace(slice.kind(), std::move(slice));
      if (!is_new) sum->second.merge(slice);
    }
    steps_.insert(steps_.end(), batch.steps.begin(), batch.steps.end());
    user_time_ += static_cast<double>(batch.users) * static_cast<double>((batch.to - batch.from).count());
    users_ = std::max(users_, batch.users);
    to_ = std::max(to_, batch.to);
    last_ = std::move(batch);
  }

  // Writes it, as batches from `seq` on. The number after them.
  std::uint64_t write(std::uint64_t seq, std::vector<std::string>& out) {
    Batch whole = std::move(last_);
    whole.seq = seq;
    whole.from = from_;
    whole.to = std::max(to_, from_);
    whole.slices.clear();
    for (auto& [kind, slice] : slices_) whole.slices.push_back(std::move(slice));
    whole.steps = std::move(steps_);
    whole.users = users();
    for (const Batch& batch : proto::packed(std::move(whole), before_)) {
      out.push_back(proto::encode(batch));
      ++seq;
    }
    return seq;
  }

 private:
  // On average.
  std::uint32_t users() const {
    const auto time = static_cast<double>((to_ - from_).count());
    return time <= 0 ? users_ : std::min(users_, static_cast<std::uint32_t>(std::lround(user_time_ / time)));
  }

  const metrics::Tally before_;
  const Nanoseconds from_;
  Nanoseconds to_{};
  std::map<metrics::Slice::Kind, metrics::Slice> slices_;
  decltype(Batch::steps) steps_;
  double user_time_ = 0;
  std::uint32_t users_ = 0;  // at most
  Batch last_;
};

}  // namespace

std::vector<std::string> in_windows(const std::vector<std::string>& batches, Nanoseconds width) {
  std::vector<std::string> out;
  std::uint64_t seq = 0;
  std::optional<Window> window;
  Nanoseconds::rep present = 0;
  for (const std::string& bytes : batches) {
    auto decoded = proto::decode<proto::FromAgent>(bytes);
    auto& batch = std::get<Batch>(decoded.message);
    const Nanoseconds::rep index = batch.from / width;
    if (seq == 0) seq = batch.seq;
    if (window && index != present) {
      seq = window->write(seq, out);
      window.reset();
    }
    if (!window) window.emplace(batch);
    present = index;
    window->add(std::move(batch));
  }
  if (window) window->write(seq, out);
  return out;
}

}  // namespace loads::agent
