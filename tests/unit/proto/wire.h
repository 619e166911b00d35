#pragma once

#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

#include "proto/codec.h"

// Bytes written by hand, for tests that need what encode() would never make.
namespace loads::proto::wire {

inline std::string bytes(std::initializer_list<int> values) {
  std::string text;
  for (const int value : values) text += static_cast<char>(value);
  return text;
}

inline std::span<const std::uint8_t> span(std::string_view text) {
  return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}

// A field: its name and the bytes of its value.
struct Field {
  std::string_view name;
  std::string value;
};

template <typename T>
std::string value(const T& of) {
  return to_record(of);
}
inline std::string value(const char* text) { return to_record(std::string(text)); }

inline std::string map(const std::vector<Field>& fields) {
  std::string out;
  Writer writer(out);
  writer.map(fields.size());
  for (const Field& field : fields) {
    writer.text(field.name);
    out += field.value;
  }
  return out;
}

inline std::string array(const std::vector<std::string>& values) {
  std::string out;
  Writer(out).array(values.size());
  for (const std::string& value : values) out += value;
  return out;
}

inline std::string version(std::uint32_t major, std::uint32_t minor) { return array({value(major), value(minor)}); }

inline std::string message(std::string_view type, const std::string& body) {
  return map({{"type", to_record(std::string(type))}, {"version", version(kMajor, kMinor)}, {"body", body}});
}

}  // namespace loads::proto::wire
