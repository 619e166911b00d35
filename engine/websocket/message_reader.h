#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "common/utf8.h"
#include "engine/websocket/deflate.h"
#include "engine/websocket/extension.h"
#include "engine/websocket/frame.h"

namespace loads::websocket {

// Why a connection cannot go on: the code to close it with, and a sentence that begins with what the server did.
struct Violation {
  std::uint16_t code = 0;
  std::string words;
};

// Makes messages and control frames out of a server's bytes, which may come in any pieces. Strict (RFC 6455, sections 5 to 8), and bounded:
// it holds one message of at most `most` bytes, unpacked.
class MessageReader {
 public:
  enum class Event : std::uint8_t { none, message, ping, pong, close, violation };

  MessageReader(std::size_t most, const std::optional<DeflateTerms>& terms);

  // Takes bytes from the front of `bytes` up to the next event, or all of them. Nothing more can be read after close and violation.
  Event next(std::string_view& bytes);

  // Of the message that was the last event. To be taken: it is emptied when the next one begins.
  std::string& message() { return message_; }
  bool is_binary() const { return binary_; }
  // Of the control frame that was the last event.
  std::string_view control() const { return control_; }
  std::uint16_t close_code() const { return close_code_; }
  std::string_view close_reason() const;
  const Violation& violation() const { return violation_; }

 private:
  bool take_header(std::string_view& bytes);
  bool begin_frame();
  bool begin_data();
  bool take_data(std::string_view piece);
  bool check_text(std::size_t from);
  Event end_frame();
  Event end_data();
  Event end_close();
  bool fail(std::uint16_t code, std::string words);
  bool fits(Inflater::Result result);

  std::size_t most_;
  std::unique_ptr<Inflater> inflater_;  // null: compression was not agreed upon

  FrameHeader frame_;
  bool in_frame_ = false;
  std::uint64_t left_ = 0;           // bytes of the frame's payload
  char header_[kMostOfHeader] = {};  // a header that came in pieces
  std::size_t header_size_ = 0;
  bool in_message_ = false;
  bool binary_ = false;
  bool compressed_ = false;
  std::string message_;
  std::string control_;
  Utf8 text_;
  std::uint16_t close_code_ = 0;
  Violation violation_;
};

}  // namespace loads::websocket
