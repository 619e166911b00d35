#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "examples/target/request.h"

namespace loads::target {

// What is done about one request: pure data, which a connection then carries out. Reused from one request to the next.
struct Reply {
  enum class Then : std::uint8_t { keep, close, reset, stall };  // stall: the connection stays open, and nothing more is sent

  int status = 200;
  bool counted = true;                     // a good answer: counted when all of it is sent
  std::chrono::microseconds delay{0};      // before the first byte
  std::string bytes;                       // the head and the first part of the body
  std::function<bool(std::string&)> more;  // appends the next part; false when that was the last. Empty: nothing follows `bytes`
  std::chrono::milliseconds pause{0};      // before each further part
  Then then = Then::keep;
  std::optional<std::chrono::milliseconds> idle_close;  // closes the idle connection after this time

  void clear();
};

// The parts of a head, and a whole answer with a length, into reply.bytes. They know what HEAD, 204, 304 and a client that wants the
// connection closed ask for. `extra` holds further header lines, each ended by CRLF.
void write_head(const Request& request, int status, std::string_view framing, std::string_view extra, Reply& reply);
void write_answer(const Request& request, int status, std::string_view body, Reply& reply, std::string_view extra = {});
bool has_body(const Request& request, int status);

}  // namespace loads::target
