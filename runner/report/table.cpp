#include "runner/report/table.h"

#include <algorithm>
#include <numeric>

#include "runner/report/text.h"

namespace loads::runner {
namespace {
constexpr std::size_t kIndent = 2;
}

Table::Table(Column name, std::vector<Column> figures) : name_(std::move(name)), figures_(std::move(figures)) {}

void Table::add(std::string name, std::vector<std::string> figures) { rows_.push_back({std::move(name), std::move(figures)}); }

std::string Table::text() const {
  Row header{name_.title, {}};
  std::vector<std::size_t> widths;
  for (std::size_t column = 0; column < figures_.size(); ++column) {
    header.figures.push_back(figures_[column].title);
    std::size_t width = std::max(figures_[column].min_width, columns_of(figures_[column].title));
    for (const Row& row : rows_) width = std::max(width, columns_of(row.figures[column]));
    widths.push_back(width);
  }
  const std::size_t taken = std::accumulate(widths.begin(), widths.end(), kIndent + widths.size());
  const std::size_t room = kLineWidth > taken ? kLineWidth - taken : 0;
  std::size_t name_width = std::max(name_.min_width, columns_of(name_.title));
  for (const Row& row : rows_) name_width = std::max(name_width, columns_of(row.name));
  name_width = std::min(name_width, std::max<std::size_t>(room, 8));

  std::string result = line(header, name_width, widths);
  for (const Row& row : rows_) result += line(row, name_width, widths);
  return result;
}

std::string Table::line(const Row& row, std::size_t name_width, const std::vector<std::size_t>& widths) const {
  std::string result(kIndent, ' ');
  result += padded_right(shortened(row.name, name_width), name_width);
  for (std::size_t column = 0; column < widths.size(); ++column) result += " " + padded_left(row.figures[column], widths[column]);
  result.erase(result.find_last_not_of(' ') + 1);
  return result + "\n";
}

}  // namespace loads::runner
