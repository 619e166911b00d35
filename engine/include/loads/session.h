#pragma once

#include <string_view>

#include <loads/auth.h>
#include <loads/cookies.h>
#include <loads/export.h>
#include <loads/request_options.h>
#include <loads/response.h>

namespace loads {

namespace user {
class VirtualUser;
}

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
  Response request(std::string_view method, std::string_view url, const RequestOptions& options = {});

  Cookies cookies();
  void auth(Auth auth);  // of every later request of this virtual user, unless it has one of its own; Auth(): nobody

  // Sent with every later request of this virtual user; an empty value takes the header out again.
  void set_header(std::string_view name, std::string_view value);

 private:
  user::VirtualUser* user_;
};

}  // namespace loads
