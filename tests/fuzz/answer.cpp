// Any bytes that a server may send, cut up in any way, are received as a whole answer, or refused: within the limits, and the same however
// they are cut. The first byte says what is asked, the second how the rest is cut.

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "engine/http/receiver.h"

namespace {

using loads::fiber::IoResult;
using loads::http::Received;
using loads::message::Answer;
using loads::message::AnswerLimits;
using End = loads::http::Received::End;

constexpr int kSwitching = 101;

void require(bool holds) {
  if (!holds) std::abort();
}

// Gives the bytes in pieces whose sizes follow from a seed; 0: all at once. Then the connection ends.
class CutUp final : public loads::http::ByteSource {
 public:
  CutUp(std::string_view bytes, std::uint8_t seed) : bytes_(bytes), state_(seed) {}

  IoResult receive(std::span<char> buffer) override {
    require(!buffer.empty());
    if (bytes_.empty()) return {IoResult::End::closed, 0, 0};
    const std::size_t size = std::min({buffer.size(), bytes_.size(), next_size()});
    std::memcpy(buffer.data(), bytes_.data(), size);
    bytes_.remove_prefix(size);
    return {IoResult::End::done, 0, size};
  }

 private:
  std::size_t next_size() {
    if (state_ == 0) return bytes_.size();
    state_ = state_ * 1664525U + 1013904223U;
    if (state_ == 0) state_ = 1;
    const std::uint32_t size = state_ >> 16U;
    return (state_ & 0x8000U) != 0 ? 1 + size % 4 : 1 + size % 300;
  }

  std::string_view bytes_;
  std::uint32_t state_;
};

struct Outcome {
  Received received;
  Answer answer;

  bool same_as(const Outcome& other) const {
    // What a broken answer is called depends on how much of it is seen at once, but not that it is broken.
    if (received.end != End::complete) return other.received.end != End::complete;
    // The body of a 101 is what happens to have come with its head.
    if (answer.status == kSwitching) return other.answer.status == kSwitching && answer.head.view() == other.answer.head.view();
    return other.received.end == End::complete && answer.status == other.answer.status && answer.head.view() == other.answer.head.view() &&
           answer.fields.size() == other.answer.fields.size() && answer.body.view() == other.answer.body.view() &&
           answer.body_size == other.answer.body_size;
  }
};

void receive(std::string_view bytes, std::uint8_t seed, const AnswerLimits& limits, Outcome& out) {
  static std::array<char, 8192> scratch;
  scratch.fill('?');  // what an earlier answer has left must not matter
  CutUp source(bytes, seed);
  out.received = receive_answer(source, scratch, limits, out.answer);

  const Answer& answer = out.answer;
  require(out.received.bytes <= bytes.size());
  require(answer.body.size() <= limits.keep_body && answer.body.size() <= answer.body_size && answer.body_size <= bytes.size());
  require(answer.fields.size() <= loads::message::kMaxFields && answer.head.size() <= 2 * loads::message::kMaxHead);
  require((out.received.end == End::malformed) == (*out.received.reason != '\0'));
  if (out.received.end != End::complete) {
    require(!out.received.keep_alive);
    return;
  }
  require(answer.status >= 101 && answer.status <= 999);
  require(answer.body.size() == std::min<std::uint64_t>(limits.keep_body, answer.body_size));
  for (const Answer::Field& field : answer.fields) {
    require(!answer.name(field).empty());
    require(answer.value(field).find_first_of(std::string_view("\r\n\0", 3)) == std::string_view::npos);
  }
}

// Piece by piece comes the same, and is found broken when it is.
void receive_in_pieces(std::string_view bytes, std::uint8_t seed, bool has_body, const Outcome& whole) {
  static std::array<char, 8192> scratch;
  CutUp source(bytes, seed);
  Answer answer;
  const auto receiver = loads::http::PieceReceiver::make(source, scratch, has_body, answer);
  std::string body;
  if (receiver->head()) {
    while (receiver->next()) {
      require(answer.body.size() > 0);
      body += answer.body.view();
      scratch.fill('?');
    }
  }
  require((receiver->result().end == End::complete) == (whole.received.end == End::complete));
  if (whole.received.end != End::complete) return;
  require(answer.status == whole.answer.status);
  require(body == whole.answer.body.view() || answer.status == kSwitching);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size < 2) return 0;
  AnswerLimits limits;
  limits.has_body = (data[0] & 1U) == 0;
  limits.keep_body = (data[0] & 2U) != 0 ? data[0] : 1U << 20U;
  const std::string_view bytes(reinterpret_cast<const char*>(data + 2), size - 2);

  Outcome whole;
  Outcome cut;
  receive(bytes, 0, limits, whole);
  receive(bytes, data[1], limits, cut);
  require(whole.same_as(cut));
  if (limits.keep_body > bytes.size()) receive_in_pieces(bytes, data[1], limits.has_body, whole);
  return 0;
}
