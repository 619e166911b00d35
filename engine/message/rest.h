#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace loads::message {

// What is still to come of the body of an answer, for whoever has the answer: read piece by piece from the connection that it comes on.
class Rest {
 public:
  virtual ~Rest() = default;

  // Waits for the next piece, its codings undone, at most as long as a request may take; nothing at the end. Suspends, or blocks where
  // there is no fiber. Throws RequestFailed's children, ContentDecodingError and Cancelled.
  virtual std::optional<std::string_view> next() = 0;

  // The same by lines, without their ends. Throws std::length_error when one is longer than the answer's most_body.
  virtual std::optional<std::string> next_line() = 0;

  // Reads what is left of a body that nobody wants, as it comes, if that is little: the connection can be used again then. All of it has
  // the time of one piece. Suspends; throws as next().
  virtual void pass_over() = 0;

  virtual void cut() = 0;  // here, before its end
  virtual bool ended() const = 0;
};

}  // namespace loads::message
