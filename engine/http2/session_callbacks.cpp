#include "engine/http2/session_callbacks.h"

#include <algorithm>
#include <cstring>
#include <exception>

#include "engine/message/reason.h"

namespace loads::http2 {
namespace {

constexpr std::size_t kLargestRequestHead = 1024 * 1024;
constexpr std::size_t kFrameHeader = 9;
constexpr const char* kUnsendable = "the head of the request is larger than HTTP/2 can send: 1 MiB";
constexpr const char* kTooLarge = "its head is larger than 64 KiB or 1000 fields";
constexpr const char* kBadHead = "its head breaks the rules of HTTP/2";
constexpr const char* kBadMessage = "its length is not the one it announced, or its parts are in the wrong order";

bool ends_stream(const nghttp2_frame& frame) {
  return (frame.hd.type == NGHTTP2_HEADERS || frame.hd.type == NGHTTP2_DATA) && (frame.hd.flags & NGHTTP2_FLAG_END_STREAM) != 0;
}

std::string_view debug_data(const nghttp2_frame& frame) { return text(frame.goaway.opaque_data, frame.goaway.opaque_data_len); }

// Three digits: nghttp2 lets no other status through.
int to_status(std::string_view value) {
  int status = 0;
  for (const char digit : value) status = status * 10 + (digit - '0');
  return status;
}

void append_field(message::Answer& answer, std::string_view name, std::string_view value) {
  message::Answer::Field field;
  field.name = static_cast<std::uint32_t>(answer.head.size());
  field.name_size = static_cast<std::uint32_t>(name.size());
  answer.head.append(name);
  field.value = static_cast<std::uint32_t>(answer.head.size());
  field.value_size = static_cast<std::uint32_t>(value.size());
  answer.head.append(value);
  answer.fields.push_back(field);
}

}  // namespace

int Session::Callbacks::on_begin_frame(nghttp2_session*, const nghttp2_frame_hd* header, void* user) {
  Session& self = session(user);
  Stream* stream = header->stream_id == 0 ? nullptr : self.find(header->stream_id);
  if (stream == nullptr) return 0;
  const std::uint64_t size = kFrameHeader + header->length;
  if (stream->bytes_received == 0) stream->first_byte = self.now_;
  stream->bytes_received += size;
  self.bytes_received_ -= static_cast<std::int64_t>(size);
  return 0;
}

int Session::Callbacks::on_begin_headers(nghttp2_session*, const nghttp2_frame* frame, void* user) {
  Stream* stream = session(user).find(frame->hd.stream_id);
  if (stream == nullptr || stream->answer == nullptr || stream->has_final_head) return 0;
  stream->answer->status = 0;  // those before it were interim answers
  stream->answer->notes = 0;
  stream->answer->head.clear();
  stream->answer->fields.clear();
  return 0;
}

int Session::Callbacks::on_header(nghttp2_session*, const nghttp2_frame* frame, const std::uint8_t* name, std::size_t name_size,
                                  const std::uint8_t* value, std::size_t value_size, std::uint8_t, void* user) {
  Session& self = session(user);
  Stream* stream = self.find(frame->hd.stream_id);
  if (stream == nullptr || stream->ended() || stream->answer == nullptr) return 0;
  message::Answer& answer = *stream->answer;
  stream->head_bytes += name_size + value_size;
  if (stream->head_bytes > message::kMaxHead || answer.fields.size() == message::kMaxFields) {
    stream->reason = kTooLarge;
    self.end(*stream, StreamEnd::malformed);
    return NGHTTP2_ERR_TEMPORAL_CALLBACK_FAILURE;
  }
  if (stream->has_final_head) return 0;  // a trailer: what it says comes too late to count as a header (RFC 9110, 6.5.1)
  if (name[0] == ':') {
    answer.version = 20;
    answer.status = to_status(text(value, value_size));
    answer.head.append(message::standard_reason(answer.status));
    answer.reason_size = static_cast<std::uint32_t>(answer.head.size());
  } else {
    append_field(answer, text(name, name_size), text(value, value_size));
    answer.notes |= message::note_of(text(name, name_size));
  }
  return 0;
}

int Session::Callbacks::on_data(nghttp2_session*, std::uint8_t, std::int32_t id, const std::uint8_t* data, std::size_t size, void* user) {
  Stream* stream = session(user).find(id);
  if (stream == nullptr || stream->answer == nullptr) return 0;
  message::Answer& answer = *stream->answer;
  const std::uint64_t room = stream->limits.keep_body - answer.body.size();
  answer.body.append(text(data, static_cast<std::size_t>(std::min<std::uint64_t>(size, room))));
  answer.body_size += size;
  return 0;
}

int Session::Callbacks::on_frame_received(nghttp2_session*, const nghttp2_frame* frame, void* user) {
  Session& self = session(user);
  if (frame->hd.type == NGHTTP2_SETTINGS) self.greeted_ = true;
  if (frame->hd.type == NGHTTP2_GOAWAY) self.on_goaway(frame->goaway.error_code, debug_data(*frame));
  if (frame->hd.stream_id == 0) return 0;
  Stream* stream = self.find(frame->hd.stream_id);
  if (stream == nullptr) return 0;
  if (frame->hd.type == NGHTTP2_RST_STREAM) {
    stream->reset_by_server = true;
  } else if (frame->hd.type == NGHTTP2_HEADERS && stream->answer != nullptr && stream->answer->status >= 200) {
    stream->has_final_head = true;
  }
  if (ends_stream(*frame) && stream->has_final_head) self.end(*stream, StreamEnd::complete);
  return 0;
}

int Session::Callbacks::on_invalid_frame(nghttp2_session*, const nghttp2_frame* frame, int, void* user) {
  Stream* stream = session(user).find(frame->hd.stream_id);
  if (stream != nullptr && frame->hd.type == NGHTTP2_HEADERS) stream->reason = kBadHead;
  return 0;
}

int Session::Callbacks::on_frame_sent(nghttp2_session*, const nghttp2_frame* frame, void* user) {
  Session& self = session(user);
  if (frame->hd.type == NGHTTP2_GOAWAY) self.on_farewell(debug_data(*frame));
  Stream* stream = frame->hd.stream_id == 0 ? nullptr : self.find(frame->hd.stream_id);
  if (stream == nullptr) return 0;
  const std::uint64_t size = kFrameHeader + frame->hd.length;
  stream->bytes_sent += size;
  self.bytes_sent_ -= static_cast<std::int64_t>(size);
  if (ends_stream(*frame)) stream->sent = self.now_;
  return 0;
}

int Session::Callbacks::on_frame_not_sent(nghttp2_session*, const nghttp2_frame* frame, int why, void* user) {
  Session& self = session(user);
  Stream* stream = self.find(frame->hd.stream_id);
  if (stream != nullptr && frame->hd.type == NGHTTP2_HEADERS && why == NGHTTP2_ERR_FRAME_SIZE_ERROR) {
    stream->reason = kUnsendable;
    self.end(*stream, StreamEnd::unsendable);
  }
  return 0;
}

int Session::Callbacks::on_stream_close(nghttp2_session*, std::int32_t id, std::uint32_t code, void* user) {
  Session& self = session(user);
  Stream* stream = self.find(id);
  if (stream == nullptr) return 0;
  stream->code = code;
  if (code == NGHTTP2_REFUSED_STREAM) {
    self.end(*stream, StreamEnd::unprocessed);
  } else if (stream->reset_by_server) {
    self.end(*stream, StreamEnd::reset);
  } else {
    if (stream->reason.empty()) stream->reason = kBadMessage;
    self.end(*stream, StreamEnd::malformed);
  }
  stream->closed = true;
  if (stream->answer == nullptr) self.give_back(*stream);
  return 0;
}

ssize_t Session::Callbacks::read_body(nghttp2_session*, std::int32_t, std::uint8_t* buffer, std::size_t size, std::uint32_t* flags,
                                      nghttp2_data_source* source, void* user) {
  auto& stream = *static_cast<Stream*>(source->ptr);
  if (stream.answer == nullptr) return NGHTTP2_ERR_DEFERRED;  // its owner has gone, and the body with him
  if (stream.unsent.source != nullptr) return read_source(session(user), stream, {reinterpret_cast<char*>(buffer), size}, flags);
  std::string_view& bytes = stream.unsent.bytes;
  const std::size_t taken = std::min(size, bytes.size());
  std::memcpy(buffer, bytes.data(), taken);
  bytes.remove_prefix(taken);
  if (bytes.empty()) *flags |= NGHTTP2_DATA_FLAG_EOF;
  return static_cast<ssize_t>(taken);
}

ssize_t Session::Callbacks::read_source(Session& self, Stream& stream, std::span<char> buffer, std::uint32_t* flags) {
  try {
    const std::size_t read = stream.unsent.source->read(buffer);
    if (read == 0) *flags |= NGHTTP2_DATA_FLAG_EOF;
    return static_cast<ssize_t>(read);
  } catch (const std::exception& error) {
    stream.reason = error.what();
    self.end(stream, StreamEnd::unsendable);
    return NGHTTP2_ERR_TEMPORAL_CALLBACK_FAILURE;
  }
}

nghttp2_session_callbacks* Session::Callbacks::table() {
  static nghttp2_session_callbacks* const made = make_table();
  return made;
}

nghttp2_session_callbacks* Session::Callbacks::make_table() {
  nghttp2_session_callbacks* callbacks = nullptr;
  check(nghttp2_session_callbacks_new(&callbacks));
  nghttp2_session_callbacks_set_on_begin_frame_callback(callbacks, on_begin_frame);
  nghttp2_session_callbacks_set_on_begin_headers_callback(callbacks, on_begin_headers);
  nghttp2_session_callbacks_set_on_header_callback(callbacks, on_header);
  nghttp2_session_callbacks_set_on_data_chunk_recv_callback(callbacks, on_data);
  nghttp2_session_callbacks_set_on_frame_recv_callback(callbacks, on_frame_received);
  nghttp2_session_callbacks_set_on_invalid_frame_recv_callback(callbacks, on_invalid_frame);
  nghttp2_session_callbacks_set_on_frame_send_callback(callbacks, on_frame_sent);
  nghttp2_session_callbacks_set_on_frame_not_send_callback(callbacks, on_frame_not_sent);
  nghttp2_session_callbacks_set_on_stream_close_callback(callbacks, on_stream_close);
  return callbacks;
}

nghttp2_option* Session::Callbacks::options() {
  static nghttp2_option* const made = make_options();
  return made;
}

nghttp2_option* Session::Callbacks::make_options() {
  nghttp2_option* options = nullptr;
  check(nghttp2_option_new(&options));
  nghttp2_option_set_max_send_header_block_length(options, kLargestRequestHead);
  nghttp2_option_set_max_reserved_remote_streams(options, 0);
  return options;
}

}  // namespace loads::http2
