#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <utility>

#include <loads/websocket.h>

namespace loads::websocket {

// The messages that have come and that the test has not received yet, the oldest first.
class MessageQueue {
 public:
  static constexpr std::size_t kMostMessages = 1024;
  static constexpr std::size_t kMostBytes = 1U << 20U;

  bool empty() const { return messages_.empty(); }
  bool is_full() const { return messages_.size() >= kMostMessages || bytes_ >= kMostBytes; }

  void push(Message message) {
    bytes_ += message.data.size();
    messages_.push_back(std::move(message));
  }
  Message pop() {
    Message message = std::move(messages_.front());
    messages_.pop_front();
    bytes_ -= message.data.size();
    return message;
  }

  // Drops the oldest until one more of `bytes` has room; one that is larger than all the room is kept, alone.
  void make_room(std::size_t bytes) {
    while (!messages_.empty() && (messages_.size() >= kMostMessages || bytes_ + bytes > kMostBytes)) {
      pop();
      ++dropped_;
    }
  }
  std::uint64_t take_dropped() { return std::exchange(dropped_, 0); }  // since it was last asked

 private:
  std::deque<Message> messages_;
  std::size_t bytes_ = 0;
  std::uint64_t dropped_ = 0;
};

}  // namespace loads::websocket
