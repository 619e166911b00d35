#include "engine/feed/csv.h"

#include <loads/feeder.h>

#include <algorithm>
#include <utility>

namespace loads::feed {
namespace {

[[noreturn]] void refuse(std::size_t line, const std::string& why) { throw FeedError("line " + std::to_string(line) + ": " + why); }

// A record after the other.
class Reader {
 public:
  Reader(std::string_view text, char delimiter) : text_(text), delimiter_(delimiter) {
    constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";
    if (text_.starts_with(kByteOrderMark)) text_.remove_prefix(kByteOrderMark.size());
  }

  std::size_t line() const { return line_; }  // on which the last record began

  bool next(std::vector<std::string>& fields) {
    while (take_end_of_line()) {
    }
    if (at_end()) return false;
    fields.clear();
    line_ = next_line_;
    do {
      fields.push_back(is_at('"') ? quoted_field() : plain_field());
    } while (take(delimiter_));
    if (!at_end() && !take_end_of_line()) refuse(next_line_, "text behind the closing quote of a field");
    return true;
  }

 private:
  bool at_end() const { return at_ == text_.size(); }
  bool is_at(char c) const { return !at_end() && text_[at_] == c; }
  bool is_at_end_of_line() const { return is_at('\n') || text_.substr(at_).starts_with("\r\n"); }

  bool take(char c) {
    if (!is_at(c)) return false;
    ++at_;
    return true;
  }

  bool take_end_of_line() {
    if (!is_at_end_of_line()) return false;
    at_ += is_at('\n') ? 1 : 2;
    ++next_line_;
    return true;
  }

  std::string plain_field() {
    const std::size_t begin = at_;
    while (!at_end() && text_[at_] != delimiter_ && !is_at_end_of_line()) ++at_;
    return std::string(text_.substr(begin, at_ - begin));
  }

  std::string quoted_field() {
    std::string field;
    ++at_;
    while (true) {
      if (at_end()) refuse(line_, "a quote is opened and not closed");
      if (take('"') && !is_at('"')) return field;  // two of them are one
      if (is_at('\n')) ++next_line_;
      field += text_[at_++];
    }
  }

  std::string_view text_;
  char delimiter_;
  std::size_t at_ = 0;
  std::size_t line_ = 1;
  std::size_t next_line_ = 1;
};

void check_names(const std::vector<std::string>& names) {
  for (auto name = names.begin(); name != names.end(); ++name) {
    if (name->empty()) refuse(1, "column " + std::to_string(name - names.begin() + 1) + " has no name");
    if (std::find(names.begin(), name, *name) != name) refuse(1, "two columns are named \"" + *name + "\"");
  }
}

}  // namespace

Table read_csv(std::string_view text, char delimiter, std::vector<std::string> names) {
  Reader reader(text, delimiter);
  if (names.empty() && !reader.next(names)) refuse(1, "the names of the columns are missing");
  check_names(names);
  Table table(names);
  for (std::vector<std::string> fields; reader.next(fields);) {
    if (fields.size() != names.size()) {
      refuse(reader.line(), std::to_string(fields.size()) + " fields, and there are " + std::to_string(names.size()) + " columns");
    }
    for (const std::string& field : fields) table.add_cell(field);
  }
  return table;
}

}  // namespace loads::feed
