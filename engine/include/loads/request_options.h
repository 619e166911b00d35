#pragma once

#include <chrono>
#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <loads/auth.h>
#include <loads/export.h>
#include <loads/json.h>

namespace loads {

using Pairs = std::vector<std::pair<std::string, std::string>>;

// The body of a request: bytes sent as they are, or the fields of a form, which are encoded and sent as application/x-www-form-urlencoded.
class LOADS_API Data {
 public:
  Data() = default;
  Data(std::string bytes) : bytes_(std::move(bytes)) {}           // NOLINT(google-explicit-constructor)
  Data(std::string_view bytes) : bytes_(std::in_place, bytes) {}  // NOLINT(google-explicit-constructor)
  Data(const char* bytes) : bytes_(bytes) {}                      // NOLINT(google-explicit-constructor)
  Data(std::initializer_list<std::pair<std::string, std::string>> form) : form_(form) {}
  Data(Pairs form) : form_(std::move(form)) {}  // NOLINT(google-explicit-constructor)

  const std::optional<std::string>& bytes() const { return bytes_; }
  const Pairs& form() const { return form_; }
  bool empty() const { return !bytes_ && form_.empty(); }

 private:
  std::optional<std::string> bytes_;
  Pairs form_;
};

// The body of a request as JSON: a value, the members of an object, or text that is sent as it is.
class LOADS_API JsonBody {
 public:
  JsonBody() = default;
  JsonBody(std::string text) : text_(std::move(text)) {}           // NOLINT(google-explicit-constructor)
  JsonBody(std::string_view text) : text_(std::in_place, text) {}  // NOLINT(google-explicit-constructor)
  JsonBody(const char* text) : text_(text) {}                      // NOLINT(google-explicit-constructor)
  JsonBody(const Json& value) : text_(value.dump()) {}             // NOLINT(google-explicit-constructor)
  JsonBody(std::initializer_list<Json::Member> members) : JsonBody(Json(members)) {}

  explicit operator bool() const { return text_.has_value(); }
  const std::string& operator*() const { return *text_; }

 private:
  std::optional<std::string> text_;
};

// Whether a server has to prove who it is, and who is trusted to say so: true, false, or the path of a PEM file with the certificates of
// authorities. Paths are relative to the current directory; under an agent --include-file takes the file along.
class LOADS_API Verify {
 public:
  Verify(bool on) : on_(on) {}                                        // NOLINT(google-explicit-constructor)
  Verify(std::string authorities) : file_(std::move(authorities)) {}  // NOLINT(google-explicit-constructor)
  Verify(const char* authorities) : file_(authorities) {}             // NOLINT(google-explicit-constructor)

  bool on() const { return on_; }
  const std::string& file() const { return file_; }  // empty: those that --cacert or the system names

 private:
  bool on_ = true;
  std::string file_;
};

// What the client shows to a server that asks for it: PEM files. The key may be in the certificate's file.
struct ClientCertificate {
  std::string certificate{};
  std::string key{};
};

// A file of a form that is uploaded, as multipart/form-data:
//   session.post("/upload", {.files = {{.name = "report", .path = "report.csv", .type = "text/csv"},
//                                      {.name = "note", .content = "some text", .filename = "note.txt"}}});
struct File {
  std::string name{};      // of the form's field
  std::string path{};      // of a file on the disk, which is read in pieces while it is sent
  std::string content{};   // or, without a path, the bytes themselves
  std::string filename{};  // what the server is told; default: the name of the file at `path`, or that of the field
  std::string type{};      // Content-Type of the part; default: none
};
using Files = std::vector<File>;

// What a request may be given beside its URL, with the names of Python's Requests. In C++20 the members are named in this order:
//   session.post("/search", {.json = R"({"q":"loads"})", .headers = {{"Accept", "application/json"}}, .name = "POST /search", .timeout =
//   2s});
struct RequestOptions {
  Pairs params{};                                     // added to the URL's query, encoded
  Data data{};                                        // the body
  JsonBody json{};                                    // the body, sent as application/json
  Files files{};                                      // the body, together with the fields of a form in `data`
  Pairs headers{};                                    // replace the session's headers of the same name
  Pairs cookies{};                                    // sent beside the session's, and not kept; also wherever a redirect leads
  Auth auth{};                                        // {"user", "password"}, DigestAuth, BearerAuth; replaces the session's
  std::string name{};                                 // in the report; default: the method and the URL's path
  std::optional<std::chrono::nanoseconds> timeout{};  // of each request on its way; default: --timeout
  std::optional<bool> allow_redirects{};              // follow them; default: yes, but for head()
  std::optional<Verify> verify{};                     // of https; default: on, unless --insecure is given
  ClientCertificate cert{};                           // for https; default: --cert
  Pairs proxies{};                                    // {"http", "http://proxy:3128"}, {"https", ...}, {"all", ...}; an empty URL: none
  bool stream = false;                                // the body is read in pieces: Response::next(); .timeout is then for each of them
  std::string http_version{};                         // "auto", "1.1", "2" or "h2c"; default: --http-version
  std::uint64_t max_body = 1U << 20U;                 // bytes of the answer's body that are kept, and that it may unpack to
};

}  // namespace loads
