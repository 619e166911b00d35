#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

namespace loads::message {

// A body that is made while it is sent, so that it need not be in memory. Its size is known beforehand.
class BodySource {
 public:
  virtual ~BodySource() = default;
  virtual std::uint64_t size() const = 0;
  virtual void rewind() = 0;                             // to its beginning: it may be sent again, after a redirect
  virtual std::size_t read(std::span<char> buffer) = 0;  // at least one byte, and 0 behind the last. Throws InvalidRequest
};

}  // namespace loads::message
