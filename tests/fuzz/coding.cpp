// Any bytes unpack to something, or are refused, within the limit: and to the same whether they come whole or in pieces. The first byte
// says what codings they are meant to be, the second how they are cut.

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "engine/coding/charset.h"
#include "engine/coding/decoder.h"

namespace {

using loads::coding::Decoder;
using loads::coding::Outcome;

constexpr std::uint64_t kMost = 1U << 18U;
constexpr std::array<std::string_view, 7> kCodings{"gzip", "deflate", "br", "zstd", "gzip, br", "deflate, zstd", "gzip, gzip, deflate"};

void require(bool holds) {
  if (!holds) std::abort();
}

struct Unpacked {
  Outcome outcome;
  std::string text;
};

Unpacked unpack(std::string_view codings, std::string_view bytes, std::size_t at_once) {
  Unpacked out;
  Decoder decoder(codings, kMost);
  while (!bytes.empty() && out.outcome) {
    const std::string_view piece = bytes.substr(0, at_once);
    bytes.remove_prefix(piece.size());
    out.outcome = decoder.feed(piece, [&](std::string_view text) {
      out.text += text;
      return true;
    });
  }
  if (out.outcome) out.outcome = decoder.finish();
  require(out.text.size() <= kMost);
  require(out.outcome.message().empty() == static_cast<bool>(out.outcome));
  return out;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size < 2) return 0;
  const std::string_view codings = kCodings[data[0] % kCodings.size()];
  const std::string_view bytes(reinterpret_cast<const char*>(data + 2), size - 2);
  const Unpacked whole = unpack(codings, bytes, std::max<std::size_t>(bytes.size(), 1));
  const Unpacked cut = unpack(codings, bytes, 1 + data[1] % 32);
  require(static_cast<bool>(whole.outcome) == static_cast<bool>(cut.outcome));
  require(!whole.outcome || whole.text == cut.text);

  // A server writes the names too.
  static_cast<void>(Decoder::knows(bytes));
  require(!loads::coding::is_foreign(loads::coding::charset_of(bytes)) || bytes.size() > 8);
  for (const char* charset : {"shift_jis", "utf-16", "gb18030"})
    require(loads::coding::to_utf8(charset, bytes).size() <= 4 * bytes.size() + 4);
  return 0;
}
