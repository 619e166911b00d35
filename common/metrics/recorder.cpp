#include "common/metrics/recorder.h"

#include <algorithm>

#include "common/metrics/bounded_text.h"

namespace loads::metrics {

Recorder::NameId Recorder::request_name(std::string_view name) {
  key_.assign(bounded(name));
  if (const auto found = ids_.find(key_); found != ids_.end()) return found->second;
  if (names_.size() >= kMaxNames && name != kOtherName) return request_name(kOtherName);
  const auto id = static_cast<NameId>(names_.size());
  names_.push_back(key_);
  stats_.push_back(nullptr);
  ids_.emplace(key_, id);
  return id;
}

Slice Recorder::take() {
  Slice empty;
  empty.step = slice_.step;
  std::fill(stats_.begin(), stats_.end(), nullptr);
  return std::exchange(slice_, std::move(empty));
}

}  // namespace loads::metrics
