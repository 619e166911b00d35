#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>
#include <string_view>

namespace loads::proto {

// Reads msgpack that may come from anybody: it allocates nothing, looks at no byte beyond the end, and believes no count that the bytes at
// hand cannot hold. The first thing that is wrong makes it fail; from then on every call gives a zero, so that a decoder asks once, at
// its end. Integers are taken in every legal form, not only in the shortest. What it returns points into the bytes it was given.
//
// A few bytes may stand for much memory: a histogram's for 8 KiB each, an empty slice's for some hundred. So there is an allowance, and
// whoever decodes charges it before the memory is taken.
class Reader {
 public:
  static constexpr int kMaxDepth = 16;  // of what skip() passes over
  static constexpr std::size_t kMostMemory = std::size_t{32} << 20;
  static constexpr std::size_t kAnyMemory = std::numeric_limits<std::size_t>::max();

  explicit Reader(std::span<const std::uint8_t> bytes, std::size_t memory = kMostMemory) : rest_(bytes), memory_(memory) {}

  bool ok() const { return error_ == nullptr; }
  const char* error() const { return error_; }       // null when nothing was wrong
  std::string_view field() const { return field_; }  // the innermost one that was being read when it failed; empty: none
  void fail(const char* why);
  void fail_in(std::string_view field);  // names it, if nothing has; of static lifetime

  void charge(std::size_t count, std::size_t bytes_each);  // fails when the allowance does not suffice
  std::size_t memory_left() const { return memory_; }
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
  std::size_t memory_;
  const char* error_ = nullptr;
  std::string_view field_;
};

}  // namespace loads::proto
