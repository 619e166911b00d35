#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <variant>

#include "proto/values.h"
#include "proto/version.h"

// Messages and their bytes. Every message is a map of three: {"type": text, "version": [major, minor], "body": map}.
namespace loads::proto {

// The message, or why there is none.
template <typename Messages>
struct Decoded {
  Messages message;
  std::string error;  // empty: decoded
  explicit operator bool() const { return error.empty(); }
};

namespace detail {

struct Envelope {
  std::string_view type;
  std::uint32_t major = 0;
  std::uint32_t minor = 0;
  std::span<const std::uint8_t> body;
  std::string error;
};

// Looks at the outer map only.
Envelope open_envelope(std::span<const std::uint8_t> bytes);
void begin_envelope(Writer& writer, std::string_view type);
std::string unknown_type(std::string_view type);
std::string malformed(std::string_view type, const Reader& reader);

template <typename Message, typename Messages>
bool decode_as(const Envelope& envelope, Decoded<Messages>& out) {
  if (envelope.type != Message::kType) return false;
  Reader reader(envelope.body, kMemoryOf<Messages>);
  read(reader, out.message.template emplace<Message>());
  if (reader.ok() && !reader.at_end()) reader.fail("something follows its end");
  if (!reader.ok()) out.error = malformed(envelope.type, reader);
  return true;
}

template <typename Messages, std::size_t... indices>
void decode_any(const Envelope& envelope, Decoded<Messages>& out, std::index_sequence<indices...>) {
  if (!(decode_as<std::variant_alternative_t<indices, Messages>>(envelope, out) || ...)) out.error = unknown_type(envelope.type);
}

}  // namespace detail

template <typename Message>
std::string encode(const Message& message) {
  std::string bytes;
  Writer writer(bytes);
  detail::begin_envelope(writer, Message::kType);
  write(writer, message);
  return bytes;
}

template <typename... Messages>
std::string encode(const std::variant<Messages...>& message) {
  return std::visit([](const auto& one) { return encode(one); }, message);
}

// `bytes` as one of the messages of the variant `Messages`.
template <typename Messages>
Decoded<Messages> decode(std::span<const std::uint8_t> bytes) {
  Decoded<Messages> out;
  const detail::Envelope envelope = detail::open_envelope(bytes);
  out.error = envelope.error;
  if (out.error.empty()) detail::decode_any(envelope, out, std::make_index_sequence<std::variant_size_v<Messages>>());
  return out;
}

template <typename Messages>
Decoded<Messages> decode(std::string_view bytes) {
  return decode<Messages>(std::span(reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size()));
}

// The same for a struct that is kept rather than sent: without an envelope, and with any memory it takes, since it is one's own.
template <typename T>
std::string to_record(const T& value) {
  std::string bytes;
  Writer writer(bytes);
  write(writer, value);
  return bytes;
}

template <typename T>
bool from_record(std::span<const std::uint8_t> bytes, T& value) {
  Reader reader(bytes, Reader::kAnyMemory);
  read(reader, value);
  return reader.ok() && reader.at_end();
}

}  // namespace loads::proto
