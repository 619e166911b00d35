#pragma once

#include <algorithm>
#include <cstring>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "engine/http/receiver.h"

namespace loads::support {

// An answer that comes in given pieces, and then ends: by a close, or as `end` says.
class Pieces final : public http::ByteSource {
 public:
  explicit Pieces(std::vector<std::string_view> pieces, fiber::IoResult end = {fiber::IoResult::End::closed, 0, 0})
      : pieces_(std::move(pieces)), end_(end) {}

  fiber::IoResult receive(std::span<char> buffer) override {
    while (next_ < pieces_.size() && pieces_[next_].empty()) ++next_;
    if (next_ == pieces_.size()) return end_;
    const std::size_t bytes = std::min(buffer.size(), pieces_[next_].size());
    std::memcpy(buffer.data(), pieces_[next_].data(), bytes);
    pieces_[next_].remove_prefix(bytes);
    return {fiber::IoResult::End::done, 0, bytes};
  }

 private:
  std::vector<std::string_view> pieces_;
  std::size_t next_ = 0;
  fiber::IoResult end_;
};

}  // namespace loads::support
