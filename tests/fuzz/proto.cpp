// Any bytes are passed over as one object exactly where msgpack's own unpack() sees one, and decoded as a message they are either refused,
// or mean the same when they are written and read again.

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <msgpack.hpp>
#include <optional>
#include <span>
#include <string>

#include "proto/codec.h"
#include "proto/console_messages.h"

namespace {

using namespace loads::proto;

void require(bool holds) {
  if (!holds) std::abort();
}

// How many bytes the object at the front has; nothing when there is none.
std::optional<std::size_t> size_by_reader(std::span<const std::uint8_t> bytes) {
  Reader reader(bytes);
  reader.skip();
  if (!reader.ok()) return std::nullopt;
  return bytes.size() - reader.remaining();
}

bool keep_in_place(msgpack::type::object_type, std::size_t, void*) { return true; }

// Counts beyond the bytes at hand cannot be met: with such limits they are refused before memory is taken for them.
std::optional<std::size_t> size_by_msgpack(std::span<const std::uint8_t> bytes) {
  const std::size_t most = bytes.size();
  try {
    std::size_t size = 0;
    bool referenced = false;
    const msgpack::unpack_limit limit(most, most, most, most, most, Reader::kMaxDepth);
    msgpack::v1::unpack(reinterpret_cast<const char*>(bytes.data()), bytes.size(), size, referenced, keep_in_place, nullptr, limit);
    return size;
  } catch (const msgpack::unpack_error&) {
    return std::nullopt;
  }
}

template <typename Messages>
void require_stable(std::span<const std::uint8_t> bytes) {
  const auto first = decode<Messages>(bytes);
  if (!first) return;
  const std::string written = encode(first.message);
  const auto second = decode<Messages>(written);
  require(static_cast<bool>(second));
  require(encode(second.message) == written);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::span bytes(data, size);
  require(size_by_reader(bytes) == size_by_msgpack(bytes));
  require_stable<FromAgent>(bytes);
  require_stable<ToAgent>(bytes);
  require_stable<FromWorker>(bytes);
  require_stable<ToWorker>(bytes);
  require_stable<FromConsole>(bytes);
  require_stable<ToConsole>(bytes);
  return 0;
}
