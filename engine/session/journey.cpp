#include "engine/session/journey.h"

#include <algorithm>

#include <loads/error.h>

#include "engine/message/ascii.h"
#include "engine/session/redirect.h"

namespace loads::session {
namespace {

using metrics::RequestError;

// Headers that a redirect may take away.
constexpr std::array<std::string_view, 3> kOfBody{"Content-Length", "Content-Type", "Transfer-Encoding"};
constexpr std::array<std::string_view, 1> kOfCookie{"Cookie"};  // worked out anew for each URL
constexpr std::array<std::string_view, 1> kOfCredentials{"Authorization"};

CookieJar::Time now() { return std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now()); }

}  // namespace

message::Answer* Conversation::request(std::string_view method, std::string_view base, std::string_view url,
                                       const RequestOptions* options) {
  if (!has_nothing_to_add() || (options != nullptr && (options->auth || !options->cookies.empty()))) {
    return Journey(*this, method, base, url, options).run();
  }
  message::AnswerHandle answer(client_.request(method, base, url, options));
  if ((answer->notes & kAsksForMore) == 0) return answer.release();
  return Journey(*this, method, base, url, options).run(std::move(answer));
}

message::Answer* Conversation::upgrade(std::string_view base, std::string_view url, const RequestOptions& options, http::Upgrade& upgrade) {
  Journey journey(*this, "GET", base, url, &options);
  journey.ask_for(upgrade);
  return journey.run();
}

Conversation::Journey::Journey(Conversation& conversation, std::string_view method, std::string_view base, std::string_view url,
                               const RequestOptions* options)
    : conversation_(conversation), options_(options), method_(method), base_(base), url_(url), auth_(conversation.auth_) {
  if (options == nullptr) return;
  params_ = &options->params;
  headers_ = &options->headers;
  name_ = options->name;
  if (options->auth) auth_ = options->auth;
}

message::Answer* Conversation::Journey::run(message::AnswerHandle answer) {
  if (!prepared_) {
    target_ = conversation_.client_.find_target({.method = method_, .base = base_, .url = url_, .options = options_, .params = params_});
    begin();
  }
  while (goes_on(*answer)) {
    answer->status_read = true;  // somebody has
    if (answer->rest) answer->rest->pass_over();
    history_.push_back(std::move(answer));
    answer = hop();
  }
  answer->history = std::move(history_);
  return answer.release();
}

message::AnswerHandle Conversation::Journey::hop() {
  http::Request request{.method = method_, .base = base_, .url = url_, .options = options_, .name = name_};
  try {
    prepare(request);
  } catch (const InvalidRequest& why) {
    conversation_.client_.refuse(request, why);
    throw;
  }
  return message::AnswerHandle(conversation_.client_.request(request));
}

void Conversation::Journey::prepare(http::Request& request) {
  request.params = params_;
  request.headers = headers_;
  request.without = without_;
  request.upgrade = upgrade_;
  target_ = conversation_.client_.find_target(request);
  request.target = &target_;
  if (!prepared_) begin();
  if (body_) request.body = body_->view();
  cookie_text_ = cookie_text();
  request.cookies = cookie_text_;
  authorization_ = conversation_.credentials_.authorization(auth_, method_, target_->url);
  request.authorization = authorization_.empty() ? carried_ : authorization_;
}

// What is worked out once, of the options and of the first URL.
void Conversation::Journey::begin() {
  prepared_ = true;
  if (options_ != nullptr) body_.emplace(*options_);
  if (!auth_) auth_ = netrc_auth(target_->url.host);
}

Auth Conversation::Journey::netrc_auth(const std::string& host) const {
  const auto& netrc = conversation_.settings_.netrc;
  const Netrc::Entry* entry = netrc != nullptr ? netrc->find(host) : nullptr;
  return entry != nullptr ? Auth(entry->login, entry->password) : Auth();
}

std::string Conversation::Journey::cookie_text() {
  static const Pairs kNone;
  const Pairs& own = options_ != nullptr ? options_->cookies : kNone;
  std::string text;
  if (!conversation_.cookies_.empty()) conversation_.cookies_.append(target_->url, own, now(), text);
  for (const auto& [name, value] : own) {
    check_cookie(name, value);
    text.append(text.empty() ? "" : "; ").append(name).append("=").append(value);
  }
  return text;
}

// Whether another request follows, which is then prepared.
bool Conversation::Journey::goes_on(const message::Answer& answer) {
  if (answer.has(message::Answer::kSetsCookie)) store_cookies(answer);
  if (answer.status == 401 && answer.has(message::Answer::kAsksWho)) {
    return conversation_.credentials_.learn(auth_, target_->url, answer, questions_++);
  }
  if (!follows_redirects() || !is_redirect(answer)) return false;
  redirect(answer);
  return true;
}

void Conversation::Journey::store_cookies(const message::Answer& answer) {
  for (const std::string_view cookie : answer.headers("Set-Cookie")) conversation_.cookies_.store(target_->url, cookie, now());
}

bool Conversation::Journey::follows_redirects() const {
  const bool usual = method_ != "HEAD";
  return options_ != nullptr ? options_->allow_redirects.value_or(usual) : usual;
}

void Conversation::Journey::redirect(const message::Answer& answer) {
  if (redirects_++ == conversation_.settings_.max_redirects) {
    const std::string message = "more than " + std::to_string(conversation_.settings_.max_redirects) + " redirects; the last leads from " +
                                message::shortened(target_->url.str()) + " to " + message::shortened(answer.header("Location"));
    report(message);
    throw TooManyRedirects(message);
  }
  try {
    location_ = url_after(target_->url, url_, answer.header("Location"));
  } catch (const InvalidAnswer& why) {
    report(why.what());
    throw;
  }
  const http::Url to = http::parse_url(location_).url;
  if (drops_credentials(target_->url, to)) {
    drop_credentials(to.host);
  } else if (!target_->credentials.empty()) {
    carried_ = target_->credentials;  // the next URL does not have them
  }
  drop_headers(kOfCookie);
  if (!keeps_body(answer.status)) {
    drop_headers(kOfBody);
    body_.reset();
  }
  method_ = method_after(answer.status, method_);
  url_ = location_;
  params_ = nullptr;
  questions_ = 0;
  if (redirects_ == 1 && !name_.empty()) name_ += " (redirect)";
}

// What comes after belongs to somebody else.
void Conversation::Journey::drop_credentials(const std::string& host) {
  carried_.clear();
  auth_ = netrc_auth(host);
  drop_headers(kOfCredentials);
}

// Neither the test's headers of these names nor those of the session are sent from here on.
void Conversation::Journey::drop_headers(std::span<const std::string_view> names) {
  without_.insert(without_.end(), names.begin(), names.end());
  if (headers_ == nullptr || headers_->empty()) return;
  if (headers_ != &kept_headers_) kept_headers_ = *headers_;
  headers_ = &kept_headers_;
  std::erase_if(kept_headers_, [&](const auto& header) {
    return std::ranges::any_of(names, [&](std::string_view name) { return message::equal_ignoring_case(name, header.first); });
  });
}

void Conversation::Journey::report(const std::string& message) const {
  const std::string name = name_.empty() ? std::string(method_) + " " + target_->url.path : name_;
  conversation_.client_.report(name, {RequestError::bad_answer, message});
  conversation_.client_.find_fault_with_last(message, {});
}

}  // namespace loads::session
