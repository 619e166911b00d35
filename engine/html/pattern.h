#pragma once

#include <memory>
#include <string>
#include <string_view>

namespace loads::html {

// A text to look for, which may be a POSIX extended regular expression; \d is understood too. The pattern is the test's, what it is looked
// for in the server's: matching needs little stack, unlike std::regex.
class Pattern {
 public:
  explicit Pattern(std::string_view text);  // empty: it is in everything
  ~Pattern();
  Pattern(const Pattern&) = delete;
  Pattern& operator=(const Pattern&) = delete;

  bool is_in(std::string_view text) const;  // as it stands, or as an expression, when it is one

 private:
  class Expression;

  std::string text_;
  std::unique_ptr<const Expression> expression_;
};

}  // namespace loads::html
