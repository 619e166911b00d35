#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

namespace loads::proto {

// Reads msgpack that may come from anybody: it allocates nothing, looks at no byte beyond the end, and believes no count that the bytes at
// hand cannot hold. The first thing that is wrong makes it fail; from then on every call gives a zero, so that a decoder asks once, at
// its end. Integers are taken in every legal form, not only in the shortest. What it returns points into the bytes it was given.
class Reader {
 public:
  static constexpr int kMaxDepth = 16;  // of what skip() passes over

  explicit Reader(std::span<const std::uint8_t> bytes) : rest_(bytes) {}

  bool ok() const { return error_ == nullptr; }
  const char* error() const { return error_; }  // null when nothing was wrong
  void fail(const char* why);
  bool at_end() const { return rest_.empty(); }
  std::size_t remaining() const { return rest_.size(); }

  std::uint64_t unsigned_integer();
  std::int64_t signed_integer();
  bool boolean();
  double real();  // a float or an integer, and finite
  std::string_view text();
  std::span<const std::uint8_t> bytes();
  std::size_t array();  // the number of elements that follow: never more than bytes remain
  std::size_t map();    // the number of pairs that follow
  bool nil();           // takes a nil, if it is next
  void skip() { skip(0); }

 private:
  void skip(int depth);
  void skip_many(std::size_t count, int depth);
  std::uint8_t byte();
  std::uint64_t big_endian(std::size_t size);
  std::span<const std::uint8_t> take(std::uint64_t size);
  std::size_t counted(std::uint64_t count, std::size_t least_bytes_each);

  std::span<const std::uint8_t> rest_;
  const char* error_ = nullptr;
};

}  // namespace loads::proto
