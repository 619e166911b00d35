#include <loads/response.h>

#include <string>

#include <loads/error.h>

#include "engine/message/answer.h"
#include "engine/message/quoted.h"
#include "engine/session/set_cookie.h"
#include "engine/user/virtual_user.h"

namespace loads {
namespace {

const message::Answer& or_empty(const message::Answer* answer) {
  static const message::Answer kEmpty;
  return answer != nullptr ? *answer : kEmpty;
}

// What `read` gets of a streamed body; nothing when there is none.
template <typename Read>
auto streamed(const message::Answer* answer, Read&& read) -> decltype(read(*answer->rest)) {
  if (answer == nullptr || answer->rest == nullptr) return {};
  try {
    return read(*answer->rest);
  } catch (const ContentDecodingError&) {
    throw;
  } catch (const RequestFailed& error) {
    user::VirtualUser::current_or_alone().note_recorded(error);
    throw;
  }
}

}  // namespace

Response::Response(message::Answer* answer) : answer_(answer) {}

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

std::string_view Response::text() const { return answer_ != nullptr ? answer_->text() : std::string_view(); }
std::string_view Response::content() const { return answer_ != nullptr ? answer_->whole_body() : std::string_view(); }

bool Response::contains(std::string_view part) const { return text().find(part) != std::string_view::npos; }
Json Response::json() const { return Json::parse(text()); }
std::uint64_t Response::size() const { return or_empty(answer_).body_size; }
std::string_view Response::header(std::string_view name) const { return or_empty(answer_).header(name); }
std::size_t Response::header_count() const { return or_empty(answer_).fields.size(); }

std::pair<std::string_view, std::string_view> Response::header_at(std::size_t index) const {
  const message::Answer& answer = or_empty(answer_);
  const message::Answer::Field& field = answer.fields.at(index);
  return {answer.name(field), answer.value(field)};
}

std::string_view Response::http_version() const { return message::version_text(or_empty(answer_)); }
std::string_view Response::url() const { return or_empty(answer_).url; }
std::chrono::nanoseconds Response::elapsed() const { return or_empty(answer_).record.total; }

Timings Response::timings() const {
  const auto& [dns, connect, tls, send, wait, receive] = or_empty(answer_).record.phases;
  return {dns, connect, tls, send, wait, receive};
}

std::optional<std::string_view> Response::next() {
  return streamed(answer_, [](message::Rest& rest) { return rest.next(); });
}

std::optional<std::string> Response::next_line() {
  return streamed(answer_, [](message::Rest& rest) { return rest.next_line(); });
}

std::vector<Cookie> Response::cookies() const {
  const auto now = std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now());
  std::vector<Cookie> out;
  for (const std::string_view text : or_empty(answer_).headers("Set-Cookie")) {
    if (auto set = session::parse_set_cookie(text, now)) out.push_back(session::to_cookie(std::move(*set)));
  }
  return out;
}

std::string Response::cookie(std::string_view name) const {
  std::string value;
  for (const Cookie& cookie : cookies()) {
    if (cookie.name == name) value = cookie.value;
  }
  return value;
}

std::vector<Response> Response::history() const {
  std::vector<Response> out;
  for (const message::AnswerHandle& answer : or_empty(answer_).history) {
    answer->add_reference();
    out.emplace_back(answer.get());
  }
  return out;
}

void Response::raise_for_status() const {
  if (ok()) return;
  const char* whose = status_code() < 500 ? " Client Error: " : " Server Error: ";
  throw HttpError(std::to_string(status_code()) + whose + message::shortened(reason()) + " for url: " + message::shortened(url()));
}

}  // namespace loads
