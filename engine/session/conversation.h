#pragma once

#include <exception>
#include <span>
#include <string_view>

#include <loads/auth.h>
#include <loads/request_options.h>

#include "engine/http/client.h"
#include "engine/session/cookie_jar.h"
#include "engine/session/credentials.h"
#include "engine/session/settings.h"

namespace loads::session {

// The requests of one virtual user and what they owe to each other, as Python's Requests has it: cookies, redirects, credentials. On top of
// http::Client, which sends each of them and records it.
class Conversation {
 public:
  // Both outlive it.
  Conversation(http::Client& client, const ConversationSettings& settings) : client_(client), settings_(settings) {}

  // Suspends the running fiber until the last answer is there; those before it are its history. The caller owns one reference to it. Throws
  // RequestFailed's children and Cancelled. `options` may be null.
  message::Answer* request(std::string_view method, std::string_view base, std::string_view url, const RequestOptions* options);
  // The same with GET, for another protocol, whose headers are among the options: see http::Upgrade.
  message::Answer* upgrade(std::string_view base, std::string_view url, const RequestOptions& options, http::Upgrade& upgrade);

  // One of several requests that are made at once, and what has become of it.
  struct Part {
    std::string_view method;
    std::string_view url;
    const RequestOptions& options;
    bool made = false;
    message::AnswerHandle answer{};
    std::exception_ptr error{};
  };

  // Makes those of the requests at once that can share a connection that is open, and leaves the others to request(). Suspends until all
  // have ended. Throws Cancelled.
  void request_together(std::string_view base, std::span<Part> parts);

  CookieJar& cookies() { return cookies_; }
  void set_auth(Auth auth) { auth_ = std::move(auth); }

 private:
  class Journey;

  void go_on(std::string_view base, Part& part);

  // Nothing is to be said beside what every request says.
  bool has_nothing_to_add() const { return cookies_.empty() && !auth_ && settings_.netrc == nullptr; }

  http::Client& client_;
  const ConversationSettings& settings_;
  CookieJar cookies_;
  Credentials credentials_;
  Auth auth_;
};

}  // namespace loads::session
