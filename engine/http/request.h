#pragma once

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include <loads/request_options.h>

#include "engine/fiber/clock.h"
#include "engine/http/body.h"
#include "engine/http/target.h"
#include "engine/net/stream.h"
#include "engine/net/trouble.h"

namespace loads::http {

// Where the connection of a request for another protocol (RFC 9110, 7.8) goes when the answer's status is 101. What has come behind the
// answer is its body then.
struct Upgrade {
  std::shared_ptr<net::Stream> stream;  // null: there was another answer
  std::string peer;                     // "127.0.0.1:9200"
  std::string name;                     // of the request in the report
};

// Times for the parts of a request, in place of one for all of it; what is not given is as without them.
struct Patience {
  std::optional<fiber::Duration> connect;  // until there is a connection, from the beginning
  std::optional<fiber::Duration> each;     // afterwards, each wait for bytes to be taken or to come
};

// Why a request got no whole answer, for callers who need to know more than the exception's type.
struct Failure {
  metrics::RequestError error = metrics::RequestError::none;
  bool connected = false;  // the request had a connection
  bool head_came = false;  // the answer had begun
};

// One request as it is handed to the client, which sends it and receives its answer, whatever that says: what follows from the answer is
// the session's business. Only views: what they see outlives the request.
struct Request {
  std::string_view method;
  std::string_view base;  // what a relative URL is resolved against
  std::string_view url;
  const RequestOptions* options = nullptr;  // null: none. Those that the members below stand for are not looked at
  std::string_view name{};                  // in the report; empty: the method and the URL's path
  const TargetPointer* target = nullptr;    // what Client::find_target() has found for it; null: it is to be looked for
  const Pairs* params = nullptr;
  const Pairs* headers = nullptr;  // replace the client's of the same name
  Body body{};
  std::string_view cookies{};                   // "a=1; b=2", unless a header says otherwise
  std::string_view authorization{};             // unless one of `headers` says otherwise
  std::span<const std::string_view> without{};  // names of the client's headers that are not sent with it
  std::string_view text{};                      // all of it, as the caller has worked it out for `target`; empty: it is made of the above
  const Patience* patience = nullptr;           // in place of the options' timeout; null: that one
  bool as_sent = false;                         // a body that is read in pieces: its codings are not undone
  Failure* failure = nullptr;                   // is filled in before an exception is thrown; may be null
  Upgrade* upgrade = nullptr;                   // wanted: it is sent on a connection of its own; null: an ordinary request

  // Nothing but a method and a URL: sent as it was worked out once.
  bool is_plain() const {
    return (headers == nullptr || headers->empty()) && !body.present && cookies.empty() && authorization.empty() && without.empty() &&
           text.empty();
  }
};

// A request of a test, but for its body.
inline Request request_with(std::string_view method, std::string_view base, std::string_view url, const RequestOptions& options) {
  return {.method = method,
          .base = base,
          .url = url,
          .options = &options,
          .name = options.name,
          .params = &options.params,
          .headers = &options.headers};
}

}  // namespace loads::http
