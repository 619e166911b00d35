#include "proto/codec.h"

#include <algorithm>

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

Envelope open_envelope(std::span<const std::uint8_t> bytes) {
  Envelope envelope;
  Reader reader(bytes);
  const std::size_t pairs = reader.map();
  for (std::size_t i = 0; i < pairs && reader.ok(); ++i) {
    const std::string_view key = reader.text();
    if (key == "type") {
      envelope.type = reader.text();
    } else if (key == "version") {
      const std::size_t numbers = reader.array();
      if (numbers < 2) reader.fail("its version is none");
      read(reader, envelope.major);
      for (std::size_t n = 1; n < numbers && reader.ok(); ++n) reader.skip();
    } else if (key == "body") {
      const std::size_t begin = bytes.size() - reader.remaining();
      reader.skip();
      if (reader.ok()) envelope.body = bytes.subspan(begin, bytes.size() - reader.remaining() - begin);
    } else {
      reader.skip();
    }
  }
  if (reader.ok() && !reader.at_end()) reader.fail("something follows its end");
  if (!reader.ok()) {
    envelope.error = std::string("not a message of loads: ") + reader.error();
  } else if (envelope.type.empty() || envelope.body.empty()) {
    envelope.error = "not a message of loads: it has no type or no body";
  } else if (envelope.major != kMajor) {
    envelope.error = "it speaks protocol " + std::to_string(envelope.major) + ", this is protocol " + std::to_string(kMajor);
  }
  return envelope;
}

std::string unknown_type(std::string_view type) { return "no message of type " + quoted(type) + " is known here"; }

std::string malformed(std::string_view type, const char* why) { return "a message of type " + quoted(type) + " is malformed: " + why; }

}  // namespace loads::proto::detail
