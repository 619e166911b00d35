#pragma once

#include <cstddef>
#include <cstring>
#include <span>
#include <string_view>
#include <vector>

namespace loads::target {

// The bytes of a connection that were received and not yet used. It grows only while nothing of them can be used.
class InputBuffer {
 public:
  std::span<char> room() {  // where to receive into: never empty
    if (data_.size() - end_ < kLeast) {
      std::memmove(data_.data(), data_.data() + begin_, end_ - begin_);
      end_ -= begin_;
      begin_ = 0;
    }
    if (data_.size() - end_ < kLeast) {
      data_.resize(data_.size() * 2);
    }
    return {data_.data() + end_, data_.size() - end_};
  }
  void received(std::size_t size) { end_ += size; }
  std::string_view bytes() const { return {data_.data() + begin_, end_ - begin_}; }
  void use(std::size_t size) {
    begin_ += size;
    if (begin_ == end_) {
      begin_ = end_ = 0;
    }
  }

 private:
  static constexpr std::size_t kLeast = 1024;
  static constexpr std::size_t kFirst = 4096;
  std::vector<char> data_ = std::vector<char>(kFirst);
  std::size_t begin_ = 0, end_ = 0;
};

}  // namespace loads::target
