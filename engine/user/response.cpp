#include <loads/response.h>

#include <stdexcept>
#include <string>

#include <loads/error.h>

#include "engine/http/answer.h"

namespace loads {
namespace {

const http::Answer& or_empty(const http::Answer* answer) {
  static const http::Answer kEmpty;
  return answer != nullptr ? *answer : kEmpty;
}

}  // namespace

Response::Response(http::Answer* answer) : answer_(answer) {}

Response::Response(const Response& other) : answer_(other.answer_) {
  if (answer_ != nullptr) answer_->add_reference();
}

Response& Response::operator=(Response other) noexcept {
  std::swap(answer_, other.answer_);
  return *this;
}

Response::~Response() {
  if (answer_ != nullptr) answer_->release();
}

int Response::status_code() const {
  if (answer_ == nullptr) return 0;
  answer_->status_read = true;
  return answer_->status;
}

std::string_view Response::reason() const { return or_empty(answer_).reason(); }
bool Response::ok() const { return status_code() != 0 && status_code() < 400; }

std::string_view Response::text() const {
  const http::Answer& answer = or_empty(answer_);
  if (answer.truncated()) {
    throw std::length_error("the body of " + answer.url + " has " + std::to_string(answer.body_size) + " bytes, of which " +
                            std::to_string(answer.body.size()) + " were kept: ask for more with .max_body");
  }
  return answer.body.view();
}

bool Response::contains(std::string_view part) const { return text().find(part) != std::string_view::npos; }
Json Response::json() const { return Json::parse(text()); }
std::uint64_t Response::size() const { return or_empty(answer_).body_size; }
std::string_view Response::header(std::string_view name) const { return or_empty(answer_).header(name); }
std::size_t Response::header_count() const { return or_empty(answer_).fields.size(); }

std::pair<std::string_view, std::string_view> Response::header_at(std::size_t index) const {
  const http::Answer& answer = or_empty(answer_);
  const http::Answer::Field& field = answer.fields.at(index);
  return {answer.name(field), answer.value(field)};
}

std::string_view Response::url() const { return or_empty(answer_).url; }
std::chrono::nanoseconds Response::elapsed() const { return or_empty(answer_).elapsed; }

void Response::raise_for_status() const {
  if (ok()) return;
  throw HttpError(std::to_string(status_code()) + " " + std::string(reason()) + " for " + std::string(url()));
}

}  // namespace loads
