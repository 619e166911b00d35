#include "engine/message/answer.h"

#include <algorithm>
#include <stdexcept>

#include <loads/error.h>

#include "engine/coding/charset.h"
#include "engine/coding/decoder.h"
#include "engine/message/ascii.h"
#include "engine/message/last_answer.h"
#include "engine/message/quoted.h"

namespace loads::message {
namespace {

constexpr std::size_t kMostKept = 1024;           // answers in a pool
constexpr std::size_t kLargestKept = 512 * 1024;  // bytes of a body's memory that an answer in the pool may hold on to

}  // namespace

std::string_view Answer::header(std::string_view wanted) const {
  const auto found =
      std::find_if(fields.begin(), fields.end(), [&](const Field& field) { return equal_ignoring_case(name(field), wanted); });
  return found == fields.end() ? std::string_view() : value(*found);
}

std::uint8_t note_of(std::string_view name) {
  switch (name.size()) {
    case 8: return name == "location" ? Answer::kHasLocation : 0;
    case 10: return name == "set-cookie" ? Answer::kSetsCookie : 0;
    case 16: return name == "content-encoding" ? Answer::kIsCoded : name == "www-authenticate" ? Answer::kAsksWho : 0;
    default: return 0;
  }
}

std::string_view version_text(const Answer& answer) {
  switch (answer.version) {
    case 20: return "HTTP/2";
    case 10: return "HTTP/1.0";
    default: return "HTTP/1.1";
  }
}

std::vector<std::string_view> Answer::headers(std::string_view wanted) const {
  std::vector<std::string_view> out;
  for (const Field& field : fields) {
    if (equal_ignoring_case(name(field), wanted)) out.push_back(value(field));
  }
  return out;
}

Answer::Answer() = default;
Answer::Answer(Answer&& other) noexcept = default;
Answer& Answer::operator=(Answer&& other) noexcept = default;

Answer::~Answer() {
  if (last_of != nullptr) last_of->lose();
}

std::string Answer::codings() const {
  std::string all;
  for (const std::string_view line : headers("Content-Encoding")) all.append(line).append(1, ',');
  return all;
}

std::string_view Answer::whole_body() {
  if (rest && !unpacked) read_rest();
  if (rest) return *unpacked;
  if (truncated()) {
    throw std::length_error("the body of " + shortened(url) + " has " + std::to_string(body_size) + " bytes, of which " +
                            std::to_string(body.size()) + " were kept: ask for more with .max_body");
  }
  if (!has(kIsCoded)) return body.view();
  if (!unpacked) unpack();
  return *unpacked;
}

std::string_view Answer::text() {
  const std::string_view bytes = whole_body();
  if (in_utf8) return *in_utf8;
  const std::string_view charset = coding::charset_of(header("Content-Type"));
  if (!coding::is_foreign(charset)) return bytes;
  in_utf8 = coding::to_utf8(charset, bytes);
  return *in_utf8;
}

void Answer::unpack() {
  std::string text;
  const std::string codings = this->codings();
  if (!coding::Decoder::knows(codings)) {
    text = body.view();
  } else {
    const coding::Outcome outcome = coding::decode(codings, body.view(), most_body, [&](std::string_view piece) {
      text += piece;
      return true;
    });
    if (!outcome) {
      const bool large = outcome.error == coding::Outcome::Error::too_large;
      throw ContentDecodingError("the body of " + shortened(url) + " cannot be unpacked: " + outcome.message() +
                                 (large ? ", ask for more with .max_body" : ""));
    }
  }
  unpacked = std::move(text);
}

// Of a streamed body, what was not read as pieces.
void Answer::read_rest() {
  std::string text;
  while (const auto piece = rest->next()) {
    if (text.size() + piece->size() > most_body)
      throw std::length_error("what is left of the body of " + shortened(url) + " is more than " + std::to_string(most_body) +
                              " bytes: read it in pieces, or ask for more with .max_body");
    text += *piece;
  }
  unpacked = std::move(text);
}

void ReleaseAnswer::operator()(Answer* answer) const { answer->release(); }

// What nobody looks back at.
void Answer::let_go() {
  rest.reset();  // which looks at the others
  unpacked.reset();
  in_utf8.reset();
  history.clear();
}

void Answer::clear() {
  if (last_of != nullptr) last_of->lose();
  status = 0;
  version = 11;
  status_read = false;
  notes = 0;
  head.clear();
  reason_size = 0;
  fields.clear();
  body.clear();
  body_size = 0;
  asked.reset();
  url = {};
  record = {};
}

// What a pool has, and how many are out. `most_` is nothing once the pool has gone.
class AnswerPool::Stock {
 public:
  Answer* take();
  void give_back(std::unique_ptr<Answer> answer);
  void close();

  std::vector<std::unique_ptr<Answer>> free;
  std::map<int, std::uint64_t> unread_statuses;

 private:
  std::size_t most_ = kMostKept;
  std::size_t made_ = 0;  // and not destroyed
};

AnswerPool::AnswerPool() : stock_(new Stock) {}
AnswerPool::~AnswerPool() { stock_->close(); }

Answer* AnswerPool::take() { return stock_->take(); }
std::size_t AnswerPool::kept() const { return stock_->free.size(); }
std::map<int, std::uint64_t> AnswerPool::take_unread_statuses() { return std::exchange(stock_->unread_statuses, {}); }

inline Answer* AnswerPool::Stock::take() {
  std::unique_ptr<Answer> answer;
  if (free.empty()) {
    answer = std::make_unique<Answer>();
    answer->stock_ = this;
    ++made_;
  } else {
    answer = std::move(free.back());
    free.pop_back();
    answer->clear();
  }
  answer->references_ = 1;
  return answer.release();  // owned by its references from here on
}

void AnswerPool::Stock::give_back(std::unique_ptr<Answer> answer) {
  if (answer->status >= 400 && !answer->status_read) ++unread_statuses[answer->status];
  if (free.size() >= most_) {
    answer.reset();
    if (--made_ == 0 && most_ == 0) delete this;
    return;
  }
  answer->let_go();
  if (answer->body.capacity() > kLargestKept) answer->body.release();
  free.push_back(std::move(answer));
}

void AnswerPool::Stock::close() {
  made_ -= free.size();
  free.clear();
  most_ = 0;
  if (made_ == 0) delete this;
}

void Answer::release() {
  if (--references_ == 0) stock_->give_back(std::unique_ptr<Answer>(this));
}

}  // namespace loads::message
