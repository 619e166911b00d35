#include "runner/report/table.h"

#include <gtest/gtest.h>

#include <sstream>
#include <string>

#include "runner/report/text.h"

namespace loads::runner {
namespace {

TEST(Table, NamesAreFlushLeftAndFiguresFlushRight) {
  Table table({"name", 6}, {{"hits", 5}, {"p50"}});
  table.add("GET /", {"7", "3.6ms"});
  table.add("all", {"1234567", "-"});
  EXPECT_EQ(table.text(),
            "  name      hits    p50\n"
            "  GET /        7  3.6ms\n"
            "  all    1234567      -\n");
}

TEST(Table, LongNamesAreShortenedTo80Columns) {
  Table table({"", 6}, {{"hits", 5}, {"p50"}});
  table.add("GET /" + std::string(200, 'x') + "/end", {"7", "3.6ms"});
  std::istringstream lines(table.text());
  for (std::string line; std::getline(lines, line);) EXPECT_LE(columns_of(line), 80U) << line;
  EXPECT_NE(table.text().find("xxx...xxx"), std::string::npos);
  EXPECT_NE(table.text().find("x/end     7  3.6ms\n"), std::string::npos);
}

TEST(Table, ColumnsStayAlignedBelowWideCharacters) {
  Table table({"", 6}, {{"n", 3}});
  table.add("\xe4\xb8\xad", {"1"});
  table.add("ab", {"2"});
  EXPECT_EQ(table.text(),
            "           n\n"
            "  \xe4\xb8\xad       1\n"
            "  ab       2\n");
}

}  // namespace
}  // namespace loads::runner
