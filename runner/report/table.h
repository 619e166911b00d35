#pragma once

#include <cstddef>
#include <string>
#include <vector>

namespace loads::runner {

// Rows under a header, as text of at most 80 columns: the first column is a name, flush left, and shortened where there is no room for it;
// the others are figures, flush right.
class Table {
 public:
  struct Column {
    std::string title;
    std::size_t min_width = 6;
  };

  Table(Column name, std::vector<Column> figures);
  void add(std::string name, std::vector<std::string> figures);  // printable text; as many figures as columns
  std::string text() const;                                      // each line ends with a newline

 private:
  struct Row {
    std::string name;
    std::vector<std::string> figures;
  };
  std::string line(const Row& row, std::size_t name_width, const std::vector<std::size_t>& widths) const;

  Column name_;
  std::vector<Column> figures_;
  std::vector<Row> rows_;
};

}  // namespace loads::runner
