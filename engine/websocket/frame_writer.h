#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/fiber/loop.h"
#include "engine/message/byte_buffer.h"
#include "engine/net/stream.h"
#include "engine/websocket/deflate.h"
#include "engine/websocket/extension.h"
#include "engine/websocket/frame.h"

namespace loads::websocket {

using Stream = net::Stream;

// Sends frames on a stream that several fibers write to: whole, and one after another. The calls suspend, within the running fiber's
// deadline.
class FrameWriter {
 public:
  FrameWriter(fiber::Loop& loop, Stream& stream, const std::optional<DeflateTerms>& terms);

  // Fails behind a close frame.
  fiber::IoResult send_message(bool binary, std::string_view data);
  // While another fiber is in the middle of a frame the control frame is left to that one, and this returns at once.
  fiber::IoResult send_control(Opcode opcode, std::string_view payload);

  bool is_busy() const { return writing_; }
  bool is_broken() const { return broken_; }  // a frame was begun and not ended: nothing can follow it

 private:
  bool wait_for_turn();
  fiber::IoResult write_out();
  void end_turn();
  void wake_next();

  static constexpr std::size_t kMostLeft = 4096;  // bytes of control frames that wait for a turn; more of them are dropped

  fiber::Loop& loop_;
  Stream& stream_;
  bool compresses_ = false;
  bool keeps_context_ = false;
  std::unique_ptr<Deflater> deflater_;  // made when it is needed
  std::string packed_;
  message::ByteBuffer out_;
  message::ByteBuffer left_;  // control frames for the one who is writing
  bool writing_ = false;
  bool broken_ = false;
  bool closed_ = false;  // a close frame was the last one
  std::vector<fiber::Fiber*> waiting_;
};

}  // namespace loads::websocket
