#include "proto/codec.h"

#include <algorithm>
#include <array>

namespace loads::proto::detail {
namespace {

constexpr std::size_t kMostQuoted = 40;

std::string quoted(std::string_view text) {
  std::string shown;
  for (const char c : text.substr(0, kMostQuoted)) shown += c >= 0x20 && c < 0x7f ? c : '?';
  return "\"" + shown + "\"";
}

}  // namespace

void begin_envelope(Writer& writer, std::string_view type) {
  writer.map(3);
  writer.text("type");
  writer.text(type);
  writer.text("version");
  writer.array(2);
  writer.unsigned_integer(kMajor);
  writer.unsigned_integer(kMinor);
  writer.text("body");
}

namespace {

// The version is an array, of which the first number decides; a newer peer may append to it.
void read_version(Reader& reader, Envelope& envelope) {
  const std::size_t numbers = reader.array();
  if (numbers < 2) reader.fail("its version is none");
  read(reader, envelope.major);
  read(reader, envelope.minor);
  for (std::size_t i = 2; i < numbers && reader.ok(); ++i) reader.skip();
}

void read_body(Reader& reader, std::span<const std::uint8_t> bytes, Envelope& envelope) {
  const std::size_t begin = bytes.size() - reader.remaining();
  reader.skip();
  if (reader.ok()) envelope.body = bytes.subspan(begin, bytes.size() - reader.remaining() - begin);
}

void read_envelope(Reader& reader, std::span<const std::uint8_t> bytes, Envelope& envelope) {
  constexpr std::array<std::string_view, 3> kKeys = {"type", "version", "body"};
  std::array<bool, kKeys.size()> seen{};
  const std::size_t pairs = reader.map();
  for (std::size_t i = 0; i < pairs && reader.ok(); ++i) {
    const auto key = static_cast<std::size_t>(std::ranges::find(kKeys, reader.text()) - kKeys.begin());
    if (key < seen.size() && std::exchange(seen[key], true)) return reader.fail("a part of it comes twice");
    switch (key) {
      case 0: envelope.type = reader.text(); break;
      case 1: read_version(reader, envelope); break;
      case 2: read_body(reader, bytes, envelope); break;
      default: reader.skip();
    }
  }
  if (reader.ok() && !reader.at_end()) reader.fail("something follows its end");
  if (reader.ok() && !(seen[0] && seen[1] && seen[2])) reader.fail("it has no type, no version or no body");
}

std::string other_version(std::uint32_t major, std::uint32_t minor) {
  return "it speaks protocol " + std::to_string(major) + "." + std::to_string(minor) + ", this is protocol " + std::to_string(kMajor) +
         "." + std::to_string(kMinor);
}

}  // namespace

Envelope open_envelope(std::span<const std::uint8_t> bytes) {
  Envelope envelope;
  Reader reader(bytes);
  read_envelope(reader, bytes, envelope);
  if (!reader.ok()) {
    envelope.error = std::string("not a message of loads: ") + reader.error();
  } else if (envelope.major != kMajor) {
    envelope.error = other_version(envelope.major, envelope.minor);
  }
  return envelope;
}

std::string unknown_type(std::string_view type) { return "no message of type " + quoted(type) + " is known here"; }

std::string malformed(std::string_view type, const Reader& reader) {
  const std::string field = reader.field().empty() ? "" : " (" + std::string(reader.field()) + ")";
  return "a message of type " + quoted(type) + " is malformed: " + reader.error() + field;
}

}  // namespace loads::proto::detail
