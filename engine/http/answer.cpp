#include "engine/http/answer.h"

#include <algorithm>

#include "engine/http/ascii.h"

namespace loads::http {
namespace {

constexpr std::size_t kMostKept = 1024;           // answers in a pool
constexpr std::size_t kLargestKept = 512 * 1024;  // bytes of a body's memory that an answer in the pool may hold on to

}  // namespace

std::string_view Answer::header(std::string_view wanted) const {
  const auto found =
      std::find_if(fields.begin(), fields.end(), [&](const Field& field) { return equal_ignoring_case(name(field), wanted); });
  return found == fields.end() ? std::string_view() : value(*found);
}

std::string_view version_text(const Answer& answer) {
  switch (answer.version) {
    case 20: return "HTTP/2";
    case 10: return "HTTP/1.0";
    default: return "HTTP/1.1";
  }
}

void Answer::release() {
  if (--references_ == 0) pool_->give_back(std::unique_ptr<Answer>(this));
}

void Answer::clear() {
  status = 0;
  version = 11;
  status_read = false;
  head.clear();
  reason_size = 0;
  fields.clear();
  body.clear();
  body_size = 0;
  url.clear();
  elapsed = {};
}

Answer* AnswerPool::take() {
  std::unique_ptr<Answer> answer;
  if (free_.empty()) {
    answer = std::make_unique<Answer>();
    answer->pool_ = this;
  } else {
    answer = std::move(free_.back());
    free_.pop_back();
  }
  answer->references_ = 1;
  return answer.release();  // owned by its references from here on
}

void AnswerPool::give_back(std::unique_ptr<Answer> answer) {
  if (answer->status >= 400 && !answer->status_read) ++unread_statuses_[answer->status];
  if (free_.size() >= kMostKept) return;
  answer->clear();
  if (answer->body.capacity() > kLargestKept) answer->body.release();
  free_.push_back(std::move(answer));
}

}  // namespace loads::http
