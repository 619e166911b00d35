#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace loads::proto {

// Writes msgpack in its shortest forms, at the end of a string. The counterpart of Reader.
class Writer {
 public:
  explicit Writer(std::string& out) : out_(out) {}

  void unsigned_integer(std::uint64_t value);
  void signed_integer(std::int64_t value);
  void boolean(bool value);
  void real(double value);
  void text(std::string_view text);
  void bytes(std::span<const std::uint8_t> bytes);
  void array(std::size_t elements);
  void map(std::size_t pairs);
  void nil();

 private:
  std::string& out_;
};

}  // namespace loads::proto
