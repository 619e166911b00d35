#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "common/descriptor.h"

namespace loads::proto {

// Messages over a stream socket, between an agent and its worker: each is its length, 4 bytes little endian, and that many bytes. Nothing
// here waits: what cannot be sent yet is kept, and the caller polls. Belongs to one thread.
//
// The peer may be hostile (a test writes to any descriptor that it finds): a length beyond kMaxFrame ends the stream, and no more is read
// ahead than one frame and a bit.
class FrameStream {
 public:
  static constexpr std::size_t kMaxFrame = std::size_t{1} << 20;

  explicit FrameStream(Descriptor socket);  // connected; becomes non-blocking

  int descriptor() const { return socket_.get(); }

  // Sends `message`, or keeps the rest of it for flush(). False when it is larger than a frame may be: nothing is sent then. Once the peer
  // has gone it is dropped.
  [[nodiscard]] bool send(std::string_view message);
  void flush();
  std::size_t unsent() const { return out_.size() - out_begin_; }  // bytes: poll for writing while there are any

  // Reads what is there, up to what one frame takes; then next() as long as it gives frames, each without its length.
  void receive();
  std::optional<std::string> next();

  // No more will come; frames that came before may still wait in next(). `error`: why, in words; empty when the peer has just closed.
  bool ended() const { return ended_; }
  const std::string& error() const { return error_; }

  // Tells the peer that nothing more will be sent; it may still send.
  void end_sending();

 private:
  void end(std::string error);
  std::size_t length_at_front() const;
  bool holds_frame() const;

  Descriptor socket_;
  std::string in_;
  std::size_t in_begin_ = 0;  // of what next() has not given yet
  std::string out_;
  std::size_t out_begin_ = 0;
  bool ended_ = false;
  bool broken_ = false;  // nothing can be sent any more
  std::string error_;
};

}  // namespace loads::proto
