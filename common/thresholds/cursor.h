#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace loads::thresholds {

// The reader of an expression: where it stands, and the complaint when it does not go on.
class Cursor {
 public:
  explicit Cursor(std::string_view text) : text_(text) {}

  bool at_end() const { return at_ == text_.size(); }
  char peek() const { return at_end() ? '\0' : text_[at_]; }
  std::string_view text() const { return text_; }
  std::string_view rest() const { return text_.substr(at_); }

  void skip_blanks();
  bool take(std::string_view word);  // when it is what comes next
  template <typename Wanted>
  std::string_view take_while(Wanted wanted) {
    const std::size_t begin = at_;
    while (!at_end() && wanted(peek())) ++at_;
    return text_.substr(begin, at_ - begin);
  }

  // "p59": with its quotes; what is not printable ASCII is shown as \xNN.
  static std::string quoted(std::string_view part);
  [[noreturn]] void fail(const std::string& why) const;  // std::invalid_argument: the expression, and why

 private:
  std::string_view text_;
  std::size_t at_ = 0;
};

}  // namespace loads::thresholds
