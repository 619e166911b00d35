// The formats: https://github.com/msgpack/msgpack/blob/master/spec.md

#include "proto/reader.h"

#include <bit>
#include <cmath>
#include <limits>

namespace loads::proto {

void Reader::fail(const char* why) {
  if (error_ == nullptr) error_ = why;
  rest_ = {};
}

void Reader::fail_in(std::string_view field) {
  if (field_.empty()) field_ = field;
}

void Reader::charge(std::size_t count, std::size_t bytes_each) {
  if (count > memory_ / bytes_each) return fail("it would take too much memory");
  memory_ -= count * bytes_each;
}

std::uint8_t Reader::byte() {
  if (rest_.empty()) {
    fail("it ends too early");
    return 0;
  }
  const std::uint8_t first = rest_.front();
  rest_ = rest_.subspan(1);
  return first;
}

std::span<const std::uint8_t> Reader::take(std::uint64_t size) {
  if (size > rest_.size()) {
    fail("it ends too early");
    return {};
  }
  const auto taken = rest_.first(static_cast<std::size_t>(size));
  rest_ = rest_.subspan(static_cast<std::size_t>(size));
  return taken;
}

std::uint64_t Reader::big_endian(std::size_t size) {
  std::uint64_t value = 0;
  for (const std::uint8_t next : take(size)) value = value << 8 | next;
  return value;
}

std::uint64_t Reader::unsigned_integer() {
  const std::uint8_t first = byte();
  if (first < 0x80) return first;
  switch (first) {
    case 0xcc: return big_endian(1);
    case 0xcd: return big_endian(2);
    case 0xce: return big_endian(4);
    case 0xcf: return big_endian(8);
    // A signed form may hold a number that is not negative.
    case 0xd0:
      if (const auto n = big_endian(1); n < 0x80) return n;
      break;
    case 0xd1:
      if (const auto n = big_endian(2); n < 0x8000) return n;
      break;
    case 0xd2:
      if (const auto n = big_endian(4); n < 0x80000000) return n;
      break;
    case 0xd3:
      if (const auto n = big_endian(8); n <= std::numeric_limits<std::int64_t>::max()) return n;
      break;
    default: break;
  }
  fail("a number that is not negative was expected");
  return 0;
}

std::int64_t Reader::signed_integer() {
  if (!rest_.empty()) {
    const std::uint8_t first = rest_.front();
    if (first >= 0xe0) return static_cast<std::int8_t>(byte());
    if (first >= 0xd0 && first <= 0xd3) {
      byte();
      switch (first) {
        case 0xd0: return static_cast<std::int8_t>(big_endian(1));
        case 0xd1: return static_cast<std::int16_t>(big_endian(2));
        case 0xd2: return static_cast<std::int32_t>(big_endian(4));
        default: return static_cast<std::int64_t>(big_endian(8));
      }
    }
  }
  const std::uint64_t value = unsigned_integer();
  if (value <= static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max())) return static_cast<std::int64_t>(value);
  fail("a number is too large");
  return 0;
}

bool Reader::boolean() {
  const std::uint8_t first = byte();
  if (first != 0xc2 && first != 0xc3) fail("true or false was expected");
  return first == 0xc3;
}

double Reader::real() {
  double value = 0;
  if (!rest_.empty() && rest_.front() == 0xcb) {
    byte();
    value = std::bit_cast<double>(big_endian(8));
  } else if (!rest_.empty() && rest_.front() == 0xca) {
    byte();
    value = static_cast<double>(std::bit_cast<float>(static_cast<std::uint32_t>(big_endian(4))));
  } else if (!rest_.empty() && rest_.front() == 0xcf) {
    value = static_cast<double>(unsigned_integer());  // beyond what has a sign: whole numbers are packed as integers
  } else {
    value = static_cast<double>(signed_integer());
  }
  if (std::isfinite(value)) return value;
  fail("a number is not finite");
  return 0;
}

std::string_view Reader::text() {
  const std::uint8_t first = byte();
  std::span<const std::uint8_t> taken;
  if ((first & 0xe0) == 0xa0) {
    taken = take(first & 0x1f);
  } else if (first >= 0xd9 && first <= 0xdb) {
    taken = take(big_endian(std::size_t{1} << (first - 0xd9)));
  } else {
    fail("a text was expected");
  }
  return {reinterpret_cast<const char*>(taken.data()), taken.size()};
}

std::span<const std::uint8_t> Reader::bytes() {
  const std::uint8_t first = byte();
  if (first >= 0xc4 && first <= 0xc6) return take(big_endian(std::size_t{1} << (first - 0xc4)));
  fail("bytes were expected");
  return {};
}

std::size_t Reader::counted(std::uint64_t count, std::size_t least_bytes_each) {
  if (count <= rest_.size() / least_bytes_each) return static_cast<std::size_t>(count);
  fail("it claims more elements than it has bytes");
  return 0;
}

std::size_t Reader::array() {
  const std::uint8_t first = byte();
  if ((first & 0xf0) == 0x90) return counted(first & 0x0f, 1);
  if (first == 0xdc) return counted(big_endian(2), 1);
  if (first == 0xdd) return counted(big_endian(4), 1);
  fail("an array was expected");
  return 0;
}

std::size_t Reader::map() {
  const std::uint8_t first = byte();
  if ((first & 0xf0) == 0x80) return counted(first & 0x0f, 2);
  if (first == 0xde) return counted(big_endian(2), 2);
  if (first == 0xdf) return counted(big_endian(4), 2);
  fail("a map was expected");
  return 0;
}

bool Reader::nil() {
  if (rest_.empty() || rest_.front() != 0xc0) return false;
  byte();
  return true;
}

void Reader::skip_many(std::size_t count, int depth) {
  for (std::size_t i = 0; i < count && ok(); ++i) skip(depth);
}

void Reader::skip(int depth) {
  if (depth > kMaxDepth) return fail("it is nested too deeply");
  if (rest_.empty()) return fail("it ends too early");
  const std::uint8_t first = rest_.front();
  if (first < 0x80 || first >= 0xe0) return static_cast<void>(byte());
  if ((first & 0xf0) == 0x80 || first == 0xde || first == 0xdf) return skip_many(2 * map(), depth + 1);
  if ((first & 0xf0) == 0x90 || first == 0xdc || first == 0xdd) return skip_many(array(), depth + 1);
  if ((first & 0xe0) == 0xa0 || (first >= 0xd9 && first <= 0xdb)) return static_cast<void>(text());
  if (first >= 0xc4 && first <= 0xc6) return static_cast<void>(bytes());
  byte();
  switch (first) {
    case 0xc0:
    case 0xc2:
    case 0xc3: return;
    case 0xcc:
    case 0xd0: return static_cast<void>(take(1));
    case 0xcd:
    case 0xd1:
    case 0xd4: return static_cast<void>(take(2));
    case 0xca:
    case 0xce:
    case 0xd2: return static_cast<void>(take(4));
    case 0xcb:
    case 0xcf:
    case 0xd3: return static_cast<void>(take(8));
    case 0xd5: return static_cast<void>(take(3));
    case 0xd6: return static_cast<void>(take(5));
    case 0xd7: return static_cast<void>(take(9));
    case 0xd8: return static_cast<void>(take(17));
    case 0xc7: return static_cast<void>(take(big_endian(1) + 1));
    case 0xc8: return static_cast<void>(take(big_endian(2) + 1));
    case 0xc9: return static_cast<void>(take(big_endian(4) + 1));
    default: return fail("it has a byte that msgpack does not know");
  }
}

}  // namespace loads::proto
