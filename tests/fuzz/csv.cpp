// Any bytes are either refused with FeedError or a table whose cells, quoted and written again, are read as the same.

#include <loads/feeder.h>

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "engine/feed/csv.h"

namespace {

using loads::feed::Table;

void append_quoted(std::string& out, std::string_view text, char end) {
  out += '"';
  for (const char c : text) out.append(c == '"' ? 2 : 1, c);
  out.append(1, '"').append(1, end);
}

std::string written(const Table& table) {
  const std::size_t columns = table.names().size();
  std::string out;
  for (std::size_t i = 0; i < columns; ++i) append_quoted(out, table.names()[i], i + 1 == columns ? '\n' : ',');
  for (std::size_t row = 0; row < table.rows(); ++row) {
    for (std::size_t i = 0; i < columns; ++i) append_quoted(out, table.cell(row, i), i + 1 == columns ? '\n' : ',');
  }
  return out;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  try {
    const Table table = loads::feed::read_csv({reinterpret_cast<const char*>(data), size}, ',', {});
    const std::string text = written(table);
    if (written(loads::feed::read_csv(text, ',', {})) != text) std::abort();
  } catch (const loads::FeedError&) {
  }
  return 0;
}
