#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>

namespace loads::runner {

// What a process of an external runner says: one JSON object a message, as the runners of Loads 0.3 have them (docs/other-languages.md).
struct ExternalMessage {
  enum class Kind : std::uint8_t {
    unknown,  // `text` says why
    silent,   // startTest, stopTest: nothing is counted
    success,
    failure,
    error,
    hit,
    socket_open,
    socket_close,
    socket_message,
    counter,
  };

  Kind kind = Kind::unknown;
  std::uint32_t user = 0;              // who says it, from 1; 0: it does not say
  std::string text;                    // of a failure or an error; the name of a hit or a counter
  int status = 0;                      // of a hit; 0: it was not answered
  std::chrono::nanoseconds elapsed{};  // of a hit
  std::int64_t number = 0;             // the size of a socket's message; by how much to count
};

// Pure, of bytes that may be anything.
ExternalMessage read_external_message(std::string_view bytes);

}  // namespace loads::runner
