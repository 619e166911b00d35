#pragma once

#include <algorithm>
#include <cstddef>
#include <cstring>
#include <memory>
#include <span>
#include <string_view>

namespace loads::message {

// Bytes that grow, as std::string does, but without writing zeros into room that recv() will fill.
class ByteBuffer {
 public:
  std::string_view view() const { return {data_.get(), size_}; }
  std::size_t size() const { return size_; }
  std::size_t capacity() const { return capacity_; }

  void clear() { size_ = 0; }
  void release() { *this = ByteBuffer(); }  // gives the memory back too

  void reserve(std::size_t capacity) {
    if (capacity <= capacity_) return;
    auto larger = std::make_unique_for_overwrite<char[]>(capacity);
    if (size_ > 0) std::memcpy(larger.get(), data_.get(), size_);
    data_ = std::move(larger);
    capacity_ = capacity;
  }

  void append(std::string_view bytes) {
    if (bytes.empty()) return;
    grow(bytes.size());
    std::memcpy(data_.get() + size_, bytes.data(), bytes.size());
    size_ += bytes.size();
  }

  void append(std::string_view first, std::string_view second) {
    const std::size_t bytes = first.size() + second.size();
    if (bytes == 0) return;
    grow(bytes);
    char* const end = data_.get() + size_;
    if (!first.empty()) std::memcpy(end, first.data(), first.size());
    if (!second.empty()) std::memcpy(end + first.size(), second.data(), second.size());
    size_ += bytes;
  }

  std::span<char> room(std::size_t bytes) {  // at least so much behind what is there
    grow(bytes);
    return {data_.get() + size_, bytes};
  }
  void filled(std::size_t bytes) { size_ += bytes; }  // so much of the room

  void drop_back(std::size_t bytes) { size_ -= bytes; }

  void drop_front(std::size_t bytes) {
    std::memmove(data_.get(), data_.get() + bytes, size_ - bytes);
    size_ -= bytes;
  }

 private:
  void grow(std::size_t more) {
    if (size_ + more > capacity_) reserve(std::max(size_ + more, capacity_ * 2));
  }

  std::unique_ptr<char[]> data_;
  std::size_t size_ = 0;
  std::size_t capacity_ = 0;
};

}  // namespace loads::message
