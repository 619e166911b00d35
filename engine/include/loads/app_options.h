#pragma once

#include <chrono>
#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <loads/export.h>
#include <loads/request_options.h>

namespace loads {

// The status that a test expects of an answer, as WebTest's status=: 404; one of {200, 404}; "404 Not Found"; with wildcards, "4*" or "*"
// for any. Without a word: 200 to 399.
class LOADS_API Status {
 public:
  Status() = default;
  Status(int code) : codes_{code} {}  // NOLINT(google-explicit-constructor)
  Status(std::initializer_list<int> codes) : codes_(codes) {}
  Status(const char* pattern) : pattern_(pattern) {}             // NOLINT(google-explicit-constructor)
  Status(std::string pattern) : pattern_(std::move(pattern)) {}  // NOLINT(google-explicit-constructor)

  bool matches(int code, std::string_view reason) const;
  std::string describe() const;  // "404", "one of 200, 404", "200 OK or 3xx redirect"

 private:
  std::vector<int> codes_;
  std::string pattern_;
};

// What a request of App may be given beside its path, with the names of WebTest. In C++20 the members are named in this order:
//   app.post("/login", {.params = {{"user", "anna"}}, .status = 302});
struct AppOptions {
  Data params{};               // get and head: added to the URL's query; else the body: bytes as they are, or the fields of a form
  Pairs headers{};             // replace the session's headers of the same name
  Status status{};             // that is expected; any other is a failure of the test run
  Files upload_files{};        // go with the fields of a form in params, as multipart/form-data
  bool expect_errors = false;  // any status will do
  std::string content_type{};  // of the body; default: that of a form, when it is one
  bool xhr = false;            // as a script's request: X-Requested-With: XMLHttpRequest
  std::string name{};          // in the report; default: the method and the URL's path
  std::optional<std::chrono::nanoseconds> timeout{};  // for the whole request; default: --timeout
  std::uint64_t max_body = 1U << 20U;                 // bytes of the answer's body that are kept; the rest is received and counted
};

}  // namespace loads
