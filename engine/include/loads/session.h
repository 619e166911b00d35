#pragma once

#include <string>
#include <string_view>
#include <vector>

#include <loads/auth.h>
#include <loads/cookies.h>
#include <loads/event_stream.h>
#include <loads/export.h>
#include <loads/request_options.h>
#include <loads/response.h>

namespace loads {

namespace user {
class VirtualUser;
}

// One of several requests that are made at once.
struct BatchRequest {
  std::string method;
  std::string url;
  RequestOptions options{};
};

// The HTTP client of a virtual user, with the names of Python's Requests. It keeps its connections open, and its cookies, between requests
// and between test runs, and follows redirects. A call waits for the answer; other virtual users of the thread go on meanwhile. A URL
// without scheme and host ("/search") is relative to --server-url. A request without an answer throws (loads/error.h); a status of 400 and
// above does not.
class LOADS_API Session {
 public:
  explicit Session(user::VirtualUser& user) : user_(&user) {}

  Response get(std::string_view url);
  Response get(std::string_view url, const RequestOptions& options);
  Response head(std::string_view url, const RequestOptions& options = {});
  Response options(std::string_view url, const RequestOptions& options = {});
  Response post(std::string_view url, const RequestOptions& options = {});
  Response put(std::string_view url, const RequestOptions& options = {});
  Response patch(std::string_view url, const RequestOptions& options = {});
  Response delete_(std::string_view url, const RequestOptions& options = {});

  // The events that a server sends until it ends: a GET of text/event-stream.
  EventStream events(std::string_view url, RequestOptions options = {});

  Response request(std::string_view method, std::string_view url, const RequestOptions& options = {});

  // Makes all the requests at once, as a browser does for a page: over one connection where the server speaks HTTP/2, else over six to each
  // server. Returns when all have ended, with their answers in the same order. When some got none, the first of them throws.
  std::vector<Response> batch(const std::vector<BatchRequest>& requests);

  Cookies cookies();
  void auth(Auth auth);  // of every later request of this virtual user, unless it has one of its own; Auth(): nobody

  // Sent with every later request of this virtual user; an empty value takes the header out again.
  void set_header(std::string_view name, std::string_view value);

  // How the later requests of this virtual user connect, where they do not say it themselves: see RequestOptions.
  void verify(Verify verify);
  void cert(ClientCertificate certificate);
  void proxies(Pairs proxies);

  void close();  // the connections that are kept for later requests

 private:
  user::VirtualUser* user_;
};

}  // namespace loads
