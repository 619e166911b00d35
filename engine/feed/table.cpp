#include "engine/feed/table.h"

#include <algorithm>

namespace loads::feed {

void Table::add_cell(std::string_view text) {
  text_ += text;
  ends_.push_back(text_.size());
}

std::optional<std::size_t> Table::column(std::string_view name) const {
  const auto found = std::find(names_.begin(), names_.end(), name);
  if (found == names_.end()) return std::nullopt;
  return static_cast<std::size_t>(found - names_.begin());
}

std::string_view Table::cell(std::size_t row, std::size_t column) const {
  const std::size_t index = row * names_.size() + column;
  const std::uint64_t begin = index == 0 ? 0 : ends_[index - 1];
  return std::string_view(text_).substr(begin, ends_[index] - begin);
}

}  // namespace loads::feed
