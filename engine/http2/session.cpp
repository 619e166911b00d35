#include "engine/http2/session.h"

#include <nghttp2/nghttp2.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <exception>
#include <new>
#include <span>

#include "engine/http2/error_words.h"
#include "engine/message/reason.h"

namespace loads::http2 {
namespace {

constexpr std::uint32_t kStreamWindow = 1024 * 1024;          // bytes that a server may send of an answer before we have taken them
constexpr std::int32_t kConnectionWindow = 16 * 1024 * 1024;  // ... of all answers
constexpr std::size_t kLargestRequestHead = 1024 * 1024;
constexpr std::size_t kFrameHeader = 9;

constexpr const char* kUnsendable = "the head of the request is larger than HTTP/2 can send: 1 MiB";
constexpr const char* kTooLarge = "its head is larger than 64 KiB or 1000 fields";
constexpr const char* kBadHead = "its head breaks the rules of HTTP/2";
constexpr const char* kBadMessage = "its length is not the one it announced, or its parts are in the wrong order";

std::string_view text(const std::uint8_t* bytes, std::size_t size) { return {reinterpret_cast<const char*>(bytes), size}; }

// nghttp2 takes what it is not to change as if it were.
std::uint8_t* bytes_of(std::string_view text) { return reinterpret_cast<std::uint8_t*>(const_cast<char*>(text.data())); }

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

void check(int outcome) {
  if (outcome == NGHTTP2_ERR_NOMEM) throw std::bad_alloc();
}

}  // namespace

// What nghttp2 tells of the bytes it is given. Nothing here suspends or throws.
struct Session::Callbacks {
  static Session& session(void* user) { return *static_cast<Session*>(user); }

  static int on_begin_frame(nghttp2_session*, const nghttp2_frame_hd* header, void* user) {
    Session& self = session(user);
    Stream* stream = header->stream_id == 0 ? nullptr : self.find(header->stream_id);
    if (stream == nullptr) return 0;
    const std::uint64_t size = kFrameHeader + header->length;
    if (stream->bytes_received == 0) stream->first_byte = self.now_;
    stream->bytes_received += size;
    self.bytes_received_ -= static_cast<std::int64_t>(size);
    return 0;
  }

  static int on_begin_headers(nghttp2_session*, const nghttp2_frame* frame, void* user) {
    Stream* stream = session(user).find(frame->hd.stream_id);
    if (stream == nullptr || stream->answer == nullptr || stream->has_final_head) return 0;
    stream->answer->status = 0;  // those before it were interim answers
    stream->answer->notes = 0;
    stream->answer->head.clear();
    stream->answer->fields.clear();
    return 0;
  }

  static int on_header(nghttp2_session*, const nghttp2_frame* frame, const std::uint8_t* name, std::size_t name_size,
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

  static int on_data(nghttp2_session*, std::uint8_t, std::int32_t id, const std::uint8_t* data, std::size_t size, void* user) {
    Stream* stream = session(user).find(id);
    if (stream == nullptr || stream->answer == nullptr) return 0;
    message::Answer& answer = *stream->answer;
    const std::uint64_t room = stream->limits.keep_body - answer.body.size();
    answer.body.append(text(data, static_cast<std::size_t>(std::min<std::uint64_t>(size, room))));
    answer.body_size += size;
    return 0;
  }

  static int on_frame_received(nghttp2_session*, const nghttp2_frame* frame, void* user) {
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

  static int on_invalid_frame(nghttp2_session*, const nghttp2_frame* frame, int, void* user) {
    Stream* stream = session(user).find(frame->hd.stream_id);
    if (stream != nullptr && frame->hd.type == NGHTTP2_HEADERS) stream->reason = kBadHead;
    return 0;
  }

  static int on_frame_sent(nghttp2_session*, const nghttp2_frame* frame, void* user) {
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

  static int on_frame_not_sent(nghttp2_session*, const nghttp2_frame* frame, int why, void* user) {
    Session& self = session(user);
    Stream* stream = self.find(frame->hd.stream_id);
    if (stream != nullptr && frame->hd.type == NGHTTP2_HEADERS && why == NGHTTP2_ERR_FRAME_SIZE_ERROR) {
      stream->reason = kUnsendable;
      self.end(*stream, StreamEnd::unsendable);
    }
    return 0;
  }

  static int on_stream_close(nghttp2_session*, std::int32_t id, std::uint32_t code, void* user) {
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

  static ssize_t read_body(nghttp2_session*, std::int32_t, std::uint8_t* buffer, std::size_t size, std::uint32_t* flags,
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

  static ssize_t read_source(Session& self, Stream& stream, std::span<char> buffer, std::uint32_t* flags) {
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

  static nghttp2_session_callbacks* table() {
    static nghttp2_session_callbacks* const made = make_table();
    return made;
  }

  static nghttp2_session_callbacks* make_table() {
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

  static nghttp2_option* options() {
    static nghttp2_option* const made = make_options();
    return made;
  }

  static nghttp2_option* make_options() {
    nghttp2_option* options = nullptr;
    check(nghttp2_option_new(&options));
    nghttp2_option_set_max_send_header_block_length(options, kLargestRequestHead);
    nghttp2_option_set_max_reserved_remote_streams(options, 0);
    return options;
  }
};

void Session::Free::operator()(nghttp2_session* session) const { nghttp2_session_del(session); }

Session::Session() {
  nghttp2_session* session = nullptr;
  check(nghttp2_session_client_new2(&session, Callbacks::table(), this, Callbacks::options()));
  session_.reset(session);
  const std::array<nghttp2_settings_entry, 3> settings{{{NGHTTP2_SETTINGS_ENABLE_PUSH, 0},
                                                        {NGHTTP2_SETTINGS_INITIAL_WINDOW_SIZE, kStreamWindow},
                                                        {NGHTTP2_SETTINGS_MAX_HEADER_LIST_SIZE, message::kMaxHead}}};
  check(nghttp2_submit_settings(session, NGHTTP2_FLAG_NONE, settings.data(), settings.size()));
  check(nghttp2_session_set_local_window_size(session, NGHTTP2_FLAG_NONE, 0, kConnectionWindow));
}

Session::~Session() = default;

Stream& Session::submit(const Head& head, const Payload& body, const message::AnswerLimits& limits, message::Answer& answer) {
  if (body.source != nullptr) body.source->rewind();
  std::array<nghttp2_nv, 32> few;
  std::vector<nghttp2_nv> many(head.size() > few.size() ? head.size() : 0);
  nghttp2_nv* fields = many.empty() ? few.data() : many.data();
  for (std::size_t i = 0; i < head.size(); ++i) {
    const auto [name, value] = head.field(i);
    fields[i] = {bytes_of(name), bytes_of(value), name.size(), value.size(), NGHTTP2_NV_FLAG_NONE};
  }
  Stream& stream = take_free();
  stream.answer = &answer;
  stream.limits = limits;
  stream.unsent = body;
  nghttp2_data_provider provider{};
  provider.source.ptr = &stream;
  provider.read_callback = &Callbacks::read_body;
  const std::int32_t id = nghttp2_submit_request(session_.get(), nullptr, fields, head.size(), body.empty() ? nullptr : &provider, &stream);
  check(id);
  ++open_;
  if (id < 0) {  // all numbers of streams are used up
    going_away_ = true;
    stream.closed = true;
    end(stream, StreamEnd::unprocessed);
    return stream;
  }
  stream.id = id;
  return stream;
}

void Session::release(Stream& stream) {
  stream.answer = nullptr;
  stream.unsent = {};
  stream.waiter = nullptr;
  if (stream.closed) return give_back(stream);
  // It has not ended, or its answer is here before all of the request was sent.
  if (!is_over()) check(nghttp2_submit_rst_stream(session_.get(), NGHTTP2_FLAG_NONE, stream.id, NGHTTP2_CANCEL));
  if (!stream.ended()) end(stream, StreamEnd::disconnected);
}

void Session::feed(std::string_view bytes, fiber::TimePoint now) {
  now_ = now;
  if (!std::exchange(any_received_, true) && bytes.starts_with("HTTP/1")) violation_ = "it is HTTP/1.x";
  bytes_received_ += static_cast<std::int64_t>(bytes.size());
  const ssize_t outcome = nghttp2_session_mem_recv(session_.get(), bytes_of(bytes), bytes.size());
  if (outcome >= 0) return;
  if (outcome == NGHTTP2_ERR_NOMEM) throw std::bad_alloc();
  failed_ = true;
  if (trouble_.empty()) trouble_ = nghttp2_strerror(static_cast<int>(outcome));
  end_all(StreamEnd::malformed);
}

bool Session::drain(message::ByteBuffer& out, std::size_t most, fiber::TimePoint now) {
  now_ = now;
  const std::size_t before = out.size();
  while (out.size() < most && !failed_) {
    const std::uint8_t* bytes = nullptr;
    const ssize_t size = nghttp2_session_mem_send(session_.get(), &bytes);
    if (size == NGHTTP2_ERR_NOMEM) throw std::bad_alloc();
    if (size < 0) {
      failed_ = true;
      trouble_ = nghttp2_strerror(static_cast<int>(size));
      end_all(StreamEnd::disconnected);
    }
    if (size <= 0) break;
    out.append(text(bytes, static_cast<std::size_t>(size)));
    bytes_sent_ += size;
  }
  return out.size() > before;
}

void Session::disconnect() {
  failed_ = true;
  end_all(StreamEnd::disconnected);
}

const std::vector<Stream*>& Session::take_ended() {
  taken_.clear();
  std::swap(taken_, ended_);
  return taken_;
}

Stream* Session::find_waiting() {
  const auto found =
      std::find_if(streams_.begin(), streams_.end(), [](const auto& stream) { return stream->waiter != nullptr && !stream->ended(); });
  return found == streams_.end() ? nullptr : found->get();
}

std::size_t Session::most_streams() const {
  return nghttp2_session_get_remote_settings(session_.get(), NGHTTP2_SETTINGS_MAX_CONCURRENT_STREAMS);
}

bool Session::is_over() const {
  return failed_ || (nghttp2_session_want_read(session_.get()) == 0 && nghttp2_session_want_write(session_.get()) == 0);
}

Stream* Session::find(std::int32_t id) {
  if (last_ != nullptr && last_->id == id && !last_->closed) return last_;
  auto* stream = static_cast<Stream*>(nghttp2_session_get_stream_user_data(session_.get(), id));
  if (stream != nullptr) last_ = stream;
  return stream;
}

Stream& Session::take_free() {
  if (free_.empty()) {
    streams_.push_back(std::make_unique<Stream>());
    return *streams_.back();
  }
  Stream& stream = *free_.back();
  free_.pop_back();
  stream = Stream{};
  return stream;
}

void Session::give_back(Stream& stream) { free_.push_back(&stream); }

void Session::end(Stream& stream, StreamEnd how) {
  if (stream.ended()) return;
  stream.end = how;
  stream.last_byte = now_;
  --open_;
  if (stream.waiter != nullptr) ended_.push_back(&stream);
}

void Session::end_all(StreamEnd how) {
  for (const auto& stream : streams_) {
    if (stream->answer == nullptr) continue;
    if (how == StreamEnd::malformed) stream->reason = trouble_;
    end(*stream, how);
  }
}

void Session::on_goaway(std::uint32_t code, std::string_view debug) {
  going_away_ = true;
  trouble_ = "GOAWAY: " + error_words(code);
  if (!debug.empty()) trouble_ += ": " + debug_words(debug);
}

// nghttp2 says good-bye when the server has broken the protocol.
void Session::on_farewell(std::string_view debug) {
  trouble_ = violation_ != nullptr ? violation_ : "it breaks the rules of HTTP/2: " + debug_words(debug);
  end_all(StreamEnd::malformed);
}

}  // namespace loads::http2
