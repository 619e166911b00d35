#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "engine/http/receiver.h"
#include "engine/message/answer.h"
#include "support/pieces.h"

namespace loads::http {

// What came of receiving bytes that were at hand.
struct Reception {
  Received received;
  std::unique_ptr<Answer> answer = std::make_unique<Answer>();
  std::size_t scratch_size = 128 * 1024;

  std::string body() const { return std::string(answer->body.view()); }
  bool complete() const { return received.end == Received::End::complete; }
};

inline Reception receive_pieces(std::vector<std::string_view> pieces, AnswerLimits limits = {},
                                fiber::IoResult end = {fiber::IoResult::End::closed, 0, 0}) {
  Reception out;
  std::vector<char> scratch(out.scratch_size);
  support::Pieces source(std::move(pieces), end);
  out.received = receive_answer(source, scratch, limits, *out.answer);
  return out;
}

inline Reception receive(std::string_view bytes, AnswerLimits limits = {}) { return receive_pieces({bytes}, limits); }

// Cut after each `size` bytes.
inline std::vector<std::string_view> cut(std::string_view bytes, std::size_t size) {
  std::vector<std::string_view> pieces;
  for (; !bytes.empty(); bytes.remove_prefix(std::min(size, bytes.size()))) pieces.push_back(bytes.substr(0, size));
  return pieces;
}

}  // namespace loads::http
