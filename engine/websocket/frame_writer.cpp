#include "engine/websocket/frame_writer.h"

#include <cerrno>
#include <utility>

namespace loads::websocket {
namespace {

constexpr std::size_t kLargestKept = 16 * 1024;  // bytes of a buffer's memory that is kept between messages
constexpr fiber::IoResult kTimedOut{fiber::IoResult::End::timed_out, 0, 0};

// A window smaller than what the deflater uses cannot be kept to: then nothing is packed, which is always allowed.
bool can_compress(const std::optional<DeflateTerms>& terms) {
  return terms && terms->client_window_bits.value_or(15) >= Deflater::kWindowBits;
}

}  // namespace

FrameWriter::FrameWriter(fiber::Loop& loop, Stream& stream, const std::optional<DeflateTerms>& terms)
    : loop_(loop), stream_(stream), compresses_(can_compress(terms)), keeps_context_(terms && terms->client_keeps_context) {}

fiber::IoResult FrameWriter::send_message(bool binary, std::string_view data) {
  if (!wait_for_turn()) return kTimedOut;
  if (closed_ || broken_) return {fiber::IoResult::End::failed, EPIPE, 0};
  const Opcode opcode = binary ? Opcode::binary : Opcode::text;
  const bool compressed = compresses_ && !data.empty();
  if (compressed) {
    if (!deflater_) deflater_ = std::make_unique<Deflater>(keeps_context_);
    packed_.clear();
    deflater_->append(data, packed_);
    data = packed_;
  }
  append_frame(out_, {opcode, true, compressed, 0}, data, next_mask_key());
  if (packed_.capacity() > kLargestKept) std::string().swap(packed_);
  return write_out();
}

fiber::IoResult FrameWriter::send_control(Opcode opcode, std::string_view payload) {
  closed_ = closed_ || opcode == Opcode::close;
  if (writing_) {
    if (left_.size() < kMostLeft || opcode == Opcode::close) append_frame(left_, {opcode, true, false, 0}, payload, next_mask_key());
    return {};
  }
  append_frame(out_, {opcode, true, false, 0}, payload, next_mask_key());
  return write_out();
}

bool FrameWriter::wait_for_turn() {
  while (writing_) {
    fiber::Fiber* const self = loop_.running();
    waiting_.push_back(self);
    bool woken = false;
    const std::shared_ptr<void> forget(nullptr, [&](void*) {
      std::erase(waiting_, self);
      if (!woken && !writing_) wake_next();  // the turn may have been left to this one
    });
    woken = loop_.park();
    if (!woken) return false;
  }
  return true;
}

// Whatever is in out_, and what others leave meanwhile.
fiber::IoResult FrameWriter::write_out() {
  const struct Turn {
    explicit Turn(FrameWriter& writer_in) : writer(writer_in) {
      writer.writing_ = true;
      writer.broken_ = true;
    }
    ~Turn() { writer.end_turn(); }
    Turn(const Turn&) = delete;
    Turn& operator=(const Turn&) = delete;
    FrameWriter& writer;
  } turn(*this);
  fiber::IoResult sent = stream_.send(out_.view());
  while (sent.ok() && left_.size() > 0) {
    std::swap(out_, left_);
    left_.clear();
    sent = stream_.send(out_.view());
  }
  broken_ = !sent.ok();
  return sent;
}

void FrameWriter::end_turn() {
  writing_ = false;
  out_.clear();
  if (out_.capacity() > kLargestKept) out_.release();
  wake_next();
}

void FrameWriter::wake_next() {
  if (!waiting_.empty()) loop_.wake(*waiting_.front());
}

}  // namespace loads::websocket
