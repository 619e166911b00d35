#include "engine/http2/session.h"

#include <algorithm>
#include <array>
#include <new>

#include "engine/http2/error_words.h"
#include "engine/http2/session_callbacks.h"

namespace loads::http2 {
namespace {

constexpr std::uint32_t kStreamWindow = 1024 * 1024;          // bytes that a server may send of an answer before we have taken them
constexpr std::int32_t kConnectionWindow = 16 * 1024 * 1024;  // ... of all answers

// nghttp2 takes what it is not to change as if it were.
std::uint8_t* bytes_of(std::string_view text) { return reinterpret_cast<std::uint8_t*>(const_cast<char*>(text.data())); }

}  // namespace

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
