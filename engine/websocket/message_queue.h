#pragma once

#include <cstddef>
#include <cstdint>
#include <iterator>
#include <utility>
#include <vector>

#include <loads/websocket.h>

namespace loads::websocket {

// The messages that have come and that the test has not received yet, the oldest first. Mostly it is one, which takes the same place in
// memory each time: of a thousand sockets every further line is a cold one.
class MessageQueue {
 public:
  static constexpr std::size_t kMostMessages = 1024;
  static constexpr std::size_t kMostBytes = 1U << 20U;

  bool empty() const { return messages_.empty(); }
  bool is_full() const { return size() >= kMostMessages || bytes_ >= kMostBytes; }
  // By what one read has brought: packed messages may be a thousand times as large as what came.
  bool is_overfull() const { return bytes_ >= 2 * kMostBytes; }

  void push(Message message) {
    bytes_ += message.data.size();
    messages_.push_back(std::move(message));
  }
  Message pop() {
    Message message = std::move(messages_[first_++]);
    bytes_ -= message.data.size();
    if (first_ == messages_.size() || first_ == kMostMessages) {
      messages_.erase(messages_.begin(), std::next(messages_.begin(), static_cast<std::ptrdiff_t>(std::exchange(first_, 0))));
    }
    return message;
  }

  // Drops the oldest until one more of `bytes` has room; one that is larger than all the room is kept, alone.
  void make_room(std::size_t bytes) {
    while (!empty() && (size() >= kMostMessages || bytes_ + bytes > kMostBytes)) {
      pop();
      ++dropped_;
    }
  }
  std::uint64_t take_dropped() { return std::exchange(dropped_, 0); }  // since it was last asked

 private:
  std::size_t size() const { return messages_.size() - first_; }

  std::vector<Message> messages_;
  std::size_t first_ = 0;  // of those that are still to be received
  std::size_t bytes_ = 0;
  std::uint64_t dropped_ = 0;
};

}  // namespace loads::websocket
