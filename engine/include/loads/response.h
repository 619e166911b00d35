#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <loads/cookies.h>
#include <loads/export.h>
#include <loads/json.h>

namespace loads {

namespace message {
struct Answer;
}

// The parts of a request's time, in the order in which they happen. What did not happen, as connecting on a kept connection, took none.
struct Timings {
  std::chrono::nanoseconds dns{};
  std::chrono::nanoseconds connect{};  // a proxy's tunnel included
  std::chrono::nanoseconds tls{};
  std::chrono::nanoseconds send{};
  std::chrono::nanoseconds wait{};  // for the first byte of the answer
  std::chrono::nanoseconds receive{};
};

// The answer to a request, with the names of Python's Requests. A cheap handle; the views that it gives are valid as long as one of
// its copies is. Like everything in a test it belongs to the virtual user that made it.
class LOADS_API Response {
 public:
  Response() = default;                        // status_code() 0, empty
  explicit Response(message::Answer* answer);  // takes over one reference
  Response(const Response& other);
  Response(Response&& other) noexcept : answer_(std::exchange(other.answer_, nullptr)) {}
  Response& operator=(Response other) noexcept;
  ~Response();

  int status_code() const;
  std::string_view reason() const;  // "OK"
  bool ok() const;                  // a status below 400
  explicit operator bool() const { return ok(); }

  // The whole body, its Content-Encoding undone; as text it is in UTF-8, whatever charset the server names. Throws std::length_error when
  // it was longer than RequestOptions::max_body, so that only its beginning was kept, and ContentDecodingError when it is corrupt, or
  // unpacks to more than that.
  std::string_view text() const;
  std::string_view content() const;
  bool contains(std::string_view part) const;  // in the text
  std::uint64_t size() const;                  // of the body as received, packed or not, kept or not
  Json json() const;                           // the body as JSON; throws JsonError when it is none

  // Of a request with .stream, whose body comes while it is read: the next piece, its Content-Encoding undone, and nothing at the end;
  // likewise the next line, without its end, of at most RequestOptions::max_body bytes (else std::length_error). They wait, at most
  // RequestOptions::timeout, and throw as the request itself. Pieces are valid until the next call. What is not read when the last copy is
  // gone is not received: the connection is closed.
  std::optional<std::string_view> next();
  std::optional<std::string> next_line();

  std::string_view header(std::string_view name) const;  // the first of that name in any case; empty when there is none
  std::size_t header_count() const;
  std::pair<std::string_view, std::string_view> header_at(std::size_t index) const;  // in the order received

  std::string_view http_version() const;            // "HTTP/1.0", "HTTP/1.1" or "HTTP/2"
  std::vector<Cookie> cookies() const;              // that this answer has set
  std::string cookie(std::string_view name) const;  // the value of one of them; empty when there is none
  std::vector<Response> history() const;            // the answers before it: redirects, and questions for credentials

  std::string_view url() const;              // of the last redirect
  std::chrono::nanoseconds elapsed() const;  // from the call to the last byte
  Timings timings() const;                   // the parts of it
  void raise_for_status() const;             // throws HttpError unless ok()

 private:
  message::Answer* answer_ = nullptr;
};

}  // namespace loads
