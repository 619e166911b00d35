#include "engine/websocket/message_reader.h"

#include <algorithm>

#include "engine/websocket/close_code.h"

namespace loads::websocket {

MessageReader::MessageReader(std::size_t most, const std::optional<DeflateTerms>& terms) : most_(most) {
  if (terms) inflater_ = std::make_unique<Inflater>(terms->server_window_bits.value_or(15), terms->server_keeps_context);
}

MessageReader::Event MessageReader::next(std::string_view& bytes) {
  while (true) {
    if (!in_frame_) {
      if (!take_header(bytes)) return Event::violation;
      if (!in_frame_) return Event::none;
    }
    const auto piece = bytes.substr(0, static_cast<std::size_t>(std::min<std::uint64_t>(left_, bytes.size())));
    bytes.remove_prefix(piece.size());
    left_ -= piece.size();
    if (is_control(frame_.opcode)) {
      control_.append(piece);
    } else if (!take_data(piece)) {
      return Event::violation;
    }
    if (left_ > 0) return Event::none;
    in_frame_ = false;
    if (const Event event = end_frame(); event != Event::none) return event;
  }
}

// False when it is not a valid one. It may not have come whole: then in_frame_ stays false.
bool MessageReader::take_header(std::string_view& bytes) {
  HeaderResult read;
  if (header_size_ == 0) {
    read = read_header(bytes, frame_);
    if (read.size > 0) bytes.remove_prefix(read.size);
  }
  while (read.size == 0 && read.error == nullptr && !bytes.empty()) {
    header_[header_size_++] = bytes.front();
    bytes.remove_prefix(1);
    read = read_header({header_, header_size_}, frame_);
  }
  if (read.error != nullptr) return fail(close_code::protocol_error, read.error);
  if (read.size == 0) return true;
  header_size_ = 0;
  return begin_frame();
}

bool MessageReader::begin_frame() {
  in_frame_ = true;
  left_ = frame_.length;
  if (!is_control(frame_.opcode)) return begin_data();
  control_.clear();
  return true;
}

bool MessageReader::begin_data() {
  if (frame_.opcode == Opcode::continuation) {
    if (!in_message_) return fail(close_code::protocol_error, "a frame continues a message that has not begun");
    if (frame_.compressed) return fail(close_code::protocol_error, "a frame in the middle of a message has a reserved bit set");
  } else {
    if (in_message_) return fail(close_code::protocol_error, "a message begins within another one");
    if (frame_.compressed && inflater_ == nullptr) return fail(close_code::protocol_error, "a frame has a reserved bit set");
    in_message_ = true;
    binary_ = frame_.opcode == Opcode::binary;
    compressed_ = frame_.compressed;
    message_.clear();
    text_.clear();
  }
  // Known before a byte of it has come; of a packed one not even that many may.
  return frame_.length <= most_ - std::min(most_, compressed_ ? 0 : message_.size()) || fits(Inflater::Result::too_large);
}

bool MessageReader::take_data(std::string_view piece) {
  const std::size_t before = message_.size();
  if (!compressed_) {
    message_.append(piece);
  } else if (!fits(inflater_->append(piece, most_, message_))) {
    return false;
  }
  return check_text(before);
}

bool MessageReader::check_text(std::size_t from) {
  if (binary_ || text_.take(std::string_view(message_).substr(from))) return true;
  return fail(close_code::bad_data, "a text message is not valid UTF-8");
}

MessageReader::Event MessageReader::end_frame() {
  switch (frame_.opcode) {
    case Opcode::ping: return Event::ping;
    case Opcode::pong: return Event::pong;
    case Opcode::close: return end_close();
    default: return frame_.final ? end_data() : Event::none;
  }
}

MessageReader::Event MessageReader::end_data() {
  in_message_ = false;
  const std::size_t before = message_.size();
  if (compressed_ && !fits(inflater_->end_message(most_, message_))) return Event::violation;
  if (!check_text(before)) return Event::violation;
  if (!binary_ && !text_.is_whole()) {
    fail(close_code::bad_data, "a text message is not valid UTF-8");
    return Event::violation;
  }
  return Event::message;
}

MessageReader::Event MessageReader::end_close() {
  close_code_ = close_code::none;
  if (control_.empty()) return Event::close;
  const auto byte = [&](std::size_t at) { return static_cast<unsigned>(static_cast<std::uint8_t>(control_[at])); };
  if (control_.size() == 1) {
    fail(close_code::protocol_error, "a close frame carries half a code");
  } else if (close_code_ = static_cast<std::uint16_t>(byte(0) << 8U | byte(1)); !may_be_sent(close_code_)) {
    fail(close_code::protocol_error, "a close frame carries the code " + std::to_string(close_code_) + ", which is not allowed");
  } else if (!is_utf8(close_reason())) {
    fail(close_code::bad_data, "the reason in a close frame is not valid UTF-8");
  } else {
    return Event::close;
  }
  return Event::violation;
}

std::string_view MessageReader::close_reason() const {
  return control_.size() > 2 ? std::string_view(control_).substr(2) : std::string_view();
}

bool MessageReader::fail(std::uint16_t code, std::string words) {
  violation_ = {code, std::move(words)};
  return false;
}

bool MessageReader::fits(Inflater::Result result) {
  switch (result) {
    case Inflater::Result::done: return true;
    case Inflater::Result::too_large:
      return fail(close_code::too_large, "a message is larger than the " + std::to_string(most_) + " bytes of max_message");
    case Inflater::Result::corrupt: return fail(close_code::bad_data, "a compressed message cannot be unpacked");
  }
  return true;
}

}  // namespace loads::websocket
