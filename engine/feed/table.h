#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <loads/json.h>

namespace loads::feed {

// The rows of a file of data, each with a cell for each column. All the text in one piece: a million rows are four allocations. Not changed
// once it is read, so threads share it.
class Table {
 public:
  Table() = default;
  explicit Table(std::vector<std::string> names) : names_(std::move(names)) {}

  // Cells are added row by row, from left to right.
  void add_cell(std::string_view text);
  void add_document(Json document) { documents_.push_back(std::move(document)); }  // of a JSON file, one for each row

  std::size_t rows() const { return names_.empty() ? 0 : ends_.size() / names_.size(); }
  const std::vector<std::string>& names() const { return names_; }
  std::optional<std::size_t> column(std::string_view name) const;
  std::string_view cell(std::size_t row, std::size_t column) const;
  const Json* document(std::size_t row) const { return documents_.empty() ? nullptr : &documents_[row]; }

 private:
  std::vector<std::string> names_;
  std::string text_;                 // of all cells
  std::vector<std::uint64_t> ends_;  // of each of them in text_
  std::vector<Json> documents_;
};

}  // namespace loads::feed
