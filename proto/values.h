#pragma once

#include <algorithm>
#include <chrono>
#include <cmath>
#include <concepts>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include "proto/reader.h"
#include "proto/writer.h"

// How C++ values are written and read: write(writer, value) and read(reader, value) for each kind of value that messages are made of. A
// struct says what it consists of in a static function
//
//   static void fields(auto& self, auto&& field) {
//     field("run", self.run);                       // has to be there
//     field.optional("message", self.message);      // keeps its default when it is not
//     field.when_set("observers", self.observers);  // likewise, and is written only when it is not empty or 0
//   }
//
// and travels as a map. Fields that the reader does not know are skipped: an older peer reads a newer one's messages.
namespace loads::proto {

using Blob = std::vector<std::uint8_t>;

// The memory that one of these messages may unfold to when it is decoded.
template <typename Messages>
inline constexpr std::size_t kMemoryOf = Reader::kMostMemory;

namespace detail {

// Whether a field of when_set() is written.
bool is_set(const auto& value) {
  if constexpr (requires { value.empty(); }) {
    return !value.empty();
  } else {
    return value != std::remove_cvref_t<decltype(value)>{};
  }
}

struct AnyField {
  void operator()(std::string_view, const auto&) {}
  void optional(std::string_view, const auto&) {}
  void when_set(std::string_view, const auto&) {}
};
}  // namespace detail

template <typename T>
concept Structured = requires(T& value) {
  T::fields(value, detail::AnyField{});
};

// An enum that travels says how many values it has: `constexpr std::size_t count_of(E)` beside it.
template <typename E>
concept Enumerated = std::is_enum_v<E> && requires(E value) {
  count_of(value);
};

inline void write(Writer& writer, bool value) { writer.boolean(value); }
inline void read(Reader& reader, bool& value) { value = reader.boolean(); }

template <std::unsigned_integral T>
requires(!std::same_as<T, bool>) void write(Writer& writer, T value) { writer.unsigned_integer(value); }
template <std::unsigned_integral T>
requires(!std::same_as<T, bool>) void read(Reader& reader, T& value) {
  const std::uint64_t wide = reader.unsigned_integer();
  if (wide > std::numeric_limits<T>::max()) return reader.fail("a number is too large");
  value = static_cast<T>(wide);
}

template <std::signed_integral T>
void write(Writer& writer, T value) {
  writer.signed_integer(value);
}
template <std::signed_integral T>
void read(Reader& reader, T& value) {
  const std::int64_t wide = reader.signed_integer();
  if (wide > std::numeric_limits<T>::max() || wide < std::numeric_limits<T>::min()) return reader.fail("a number is too large");
  value = static_cast<T>(wide);
}

inline void write(Writer& writer, double value) { writer.real(value); }
inline void read(Reader& reader, double& value) { value = reader.real(); }

inline void write(Writer& writer, const std::string& value) { writer.text(value); }
inline void read(Reader& reader, std::string& value) { value = reader.text(); }

inline void write(Writer& writer, const Blob& value) { writer.bytes(value); }
inline void read(Reader& reader, Blob& value) {
  const auto bytes = reader.bytes();
  value.assign(bytes.begin(), bytes.end());
}

template <Enumerated E>
void write(Writer& writer, E value) {
  writer.unsigned_integer(static_cast<std::uint64_t>(value));
}
template <Enumerated E>
void read(Reader& reader, E& value) {
  const std::uint64_t number = reader.unsigned_integer();
  if (number >= count_of(E{})) return reader.fail("a value is not among those that are known");
  value = static_cast<E>(number);
}

// Times are whole nanoseconds, and no more of them than this (146 years): the sum and the difference of any two stay within 64 bits.
// "For ever" is written as the longest.
inline constexpr std::int64_t kLongestTime = (std::int64_t{1} << 62) - 1;

inline void write(Writer& writer, std::chrono::nanoseconds value) {
  writer.signed_integer(std::clamp<std::int64_t>(value.count(), -kLongestTime, kLongestTime));
}
inline void read(Reader& reader, std::chrono::nanoseconds& value) {
  const std::int64_t count = reader.signed_integer();
  if (count < -kLongestTime || count > kLongestTime) return reader.fail("a time is beyond all clocks");
  value = std::chrono::nanoseconds(count);
}

// Rounded in more digits than a double has, or what was read would be written as a neighbour of it.
inline void write(Writer& writer, std::chrono::duration<double> value) {
  const long double count = std::isnan(value.count()) ? 0 : static_cast<long double>(value.count()) * 1e9L;
  const auto longest = static_cast<long double>(kLongestTime);
  writer.signed_integer(std::min<std::int64_t>(std::llround(std::clamp(count, -longest, longest)), kLongestTime));
}
inline void read(Reader& reader, std::chrono::duration<double>& value) {
  std::chrono::nanoseconds exact{};
  read(reader, exact);
  value = std::chrono::duration<double>(static_cast<double>(static_cast<long double>(exact.count()) / 1e9L));
}

inline void write(Writer& writer, std::chrono::system_clock::time_point value) {
  write(writer, std::chrono::nanoseconds(value.time_since_epoch()));
}
inline void read(Reader& reader, std::chrono::system_clock::time_point& value) {
  std::chrono::nanoseconds since_epoch{};
  read(reader, since_epoch);
  value = std::chrono::system_clock::time_point(since_epoch);
}

template <typename T>
void write(Writer& writer, const std::optional<T>& value);
template <typename T>
void read(Reader& reader, std::optional<T>& value);
template <typename A, typename B>
void write(Writer& writer, const std::pair<A, B>& value);
template <typename A, typename B>
void read(Reader& reader, std::pair<A, B>& value);
template <typename T>
void write(Writer& writer, const std::vector<T>& values);
template <typename T>
void read(Reader& reader, std::vector<T>& values);
template <Structured T>
void write(Writer& writer, const T& value);
template <Structured T>
void read(Reader& reader, T& value);

template <typename T>
void write(Writer& writer, const std::optional<T>& value) {
  if (!value) return writer.nil();
  write(writer, *value);
}
template <typename T>
void read(Reader& reader, std::optional<T>& value) {
  value.reset();
  if (!reader.nil()) read(reader, value.emplace());
}

template <typename A, typename B>
void write(Writer& writer, const std::pair<A, B>& value) {
  writer.array(2);
  write(writer, value.first);
  write(writer, value.second);
}
template <typename A, typename B>
void read(Reader& reader, std::pair<A, B>& value) {
  if (reader.array() != 2) return reader.fail("a pair was expected");
  read(reader, value.first);
  read(reader, value.second);
}

template <typename T>
void write(Writer& writer, const std::vector<T>& values) {
  writer.array(values.size());
  for (const T& value : values) write(writer, value);
}
template <typename T>
void read(Reader& reader, std::vector<T>& values) {
  values.clear();
  const std::size_t count = reader.array();
  reader.charge(count, sizeof(T));
  if (!reader.ok()) return;
  values.reserve(count);
  for (std::size_t i = 0; i < count && reader.ok(); ++i) read(reader, values.emplace_back());
}

namespace detail {

struct CountFields {
  std::size_t count = 0;
  void operator()(std::string_view, const auto&) { ++count; }
  void optional(std::string_view, const auto&) { ++count; }
  void when_set(std::string_view, const auto& value) { count += is_set(value) ? 1 : 0; }
};

struct WriteFields {
  Writer& writer;
  void operator()(std::string_view name, const auto& value) {
    writer.text(name);
    write(writer, value);
  }
  void optional(std::string_view name, const auto& value) { (*this)(name, value); }
  void when_set(std::string_view name, const auto& value) {
    if (is_set(value)) (*this)(name, value);
  }
};

// Reads the value of one key into the field of that name.
struct ReadField {
  Reader& reader;
  std::string_view key;
  std::uint64_t& seen;
  std::size_t index = 0;
  bool found = false;

  void operator()(std::string_view name, auto& value) {
    const std::uint64_t bit = std::uint64_t{1} << index++;
    if (found || name != key) return;
    found = true;
    if ((seen & bit) != 0) {
      reader.fail_in(name);
      return reader.fail("a field comes twice");
    }
    seen |= bit;
    read(reader, value);
    if (!reader.ok()) reader.fail_in(name);
  }
  void optional(std::string_view name, auto& value) { (*this)(name, value); }
  void when_set(std::string_view name, auto& value) { (*this)(name, value); }
};

struct CheckFields {
  Reader& reader;
  std::uint64_t seen;
  std::size_t index = 0;

  void operator()(std::string_view name, auto&) {
    if ((seen & std::uint64_t{1} << index++) != 0) return;
    reader.fail("a field is missing");
    reader.fail_in(name);
  }
  void optional(std::string_view, auto&) { ++index; }
  void when_set(std::string_view, auto&) { ++index; }
};

}  // namespace detail

template <Structured T>
void write(Writer& writer, const T& value) {
  detail::CountFields count;
  T::fields(value, count);
  writer.map(count.count);
  T::fields(value, detail::WriteFields{writer});
}

template <Structured T>
void read(Reader& reader, T& value) {
  std::uint64_t seen = 0;
  const std::size_t pairs = reader.map();
  for (std::size_t i = 0; i < pairs && reader.ok(); ++i) {
    detail::ReadField field{reader, reader.text(), seen};
    T::fields(value, field);
    if (!field.found) reader.skip();
  }
  if (reader.ok()) T::fields(value, detail::CheckFields{reader, seen});
}

}  // namespace loads::proto
