#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string_view>

#include "examples/target/request.h"

namespace loads::target {

// Reads one request after another out of the bytes of a connection. Any bytes are safe: what is not HTTP or too large is said to be so.
class RequestReader {
 public:
  static constexpr std::uint32_t kMaxHead = 64 * 1024;
  static constexpr std::uint64_t kMaxBody = 64 * 1024 * 1024;

  enum class State : std::uint8_t { incomplete, complete, malformed, too_large };
  struct Result {
    State state = State::incomplete;
    std::size_t used = 0;  // bytes that are done with; the caller offers the others again, with those that follow
  };

  RequestReader();
  ~RequestReader();
  RequestReader(const RequestReader&) = delete;
  RequestReader& operator=(const RequestReader&) = delete;

  Result feed(std::string_view bytes);
  const Request& request() const;  // whole after State::complete
  bool take_expectation();         // true once, when the head is read and its client waits for "100 Continue" before it sends the body
  void next();                     // forgets this request

 private:
  class Parser;
  std::unique_ptr<Parser> parser_;
};

}  // namespace loads::target
