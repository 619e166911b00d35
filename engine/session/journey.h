#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "engine/http/body.h"
#include "engine/session/conversation.h"

namespace loads::session {

// Notes of an answer after which there may be more to do.
inline constexpr std::uint8_t kAsksForMore = message::Answer::kSetsCookie | message::Answer::kHasLocation | message::Answer::kAsksWho;

// One request of a test on its way from answer to answer, until there is one that asks for nothing more: the state of
// Conversation::request(). Lives on the fiber's stack.
class Conversation::Journey {
 public:
  Journey(Conversation& conversation, std::string_view method, std::string_view base, std::string_view url, const RequestOptions* options);
  void ask_for(http::Upgrade& upgrade) { upgrade_ = &upgrade; }
  Journey(const Journey&) = delete;
  Journey& operator=(const Journey&) = delete;

  message::Answer* run() { return run(hop()); }
  message::Answer* run(message::AnswerHandle answer);  // goes on from the first answer

 private:
  message::AnswerHandle hop();
  void prepare(http::Request& request);  // throws InvalidRequest
  void begin();
  Auth netrc_auth(const std::string& host) const;
  std::string cookie_text();

  bool goes_on(const message::Answer& answer);
  void store_cookies(const message::Answer& answer);
  bool follows_redirects() const;
  void redirect(const message::Answer& answer);
  void drop_credentials(const std::string& host);
  void drop_headers(std::span<const std::string_view> names);
  void report(const std::string& message) const;

  Conversation& conversation_;
  const RequestOptions* options_;
  std::string_view method_;
  std::string_view base_;
  std::string_view url_;
  const Pairs* params_ = nullptr;
  const Pairs* headers_ = nullptr;
  std::string name_;
  http::Upgrade* upgrade_ = nullptr;
  std::optional<http::MadeBody> body_;
  Auth auth_;
  std::string carried_;  // credentials of a URL that was left
  bool prepared_ = false;

  // Of the present hop.
  http::TargetPointer target_;
  std::string cookie_text_;
  std::string authorization_;

  // After a redirect.
  std::string location_;                        // the URL
  Pairs kept_headers_;                          // of the test
  std::vector<std::string_view> without_;       // names of the session's headers that are not sent any more
  std::vector<message::AnswerHandle> history_;  // the answers so far
  unsigned redirects_ = 0;
  unsigned questions_ = 0;  // answered in vain
};

}  // namespace loads::session
