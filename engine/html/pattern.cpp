#include "engine/html/pattern.h"

#include <regex.h>

namespace loads::html {
namespace {

// POSIX has no \d.
std::string with_digits(std::string_view text) {
  std::string out;
  bool in_brackets = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool escaped = text[i] == '\\' && i + 1 < text.size();
    if (escaped && text[i + 1] == 'd') {
      out += in_brackets ? "0-9" : "[0-9]";
      ++i;
      continue;
    }
    if (text[i] == '[') in_brackets = true;
    if (text[i] == ']') in_brackets = false;
    out += text[i];
    if (escaped) out += text[++i];
  }
  return out;
}

}  // namespace

class Pattern::Expression {
 public:
  explicit Expression(const std::string& text) : is_valid_(::regcomp(&compiled_, text.c_str(), REG_EXTENDED | REG_NOSUB) == 0) {}
  ~Expression() {
    if (is_valid_) ::regfree(&compiled_);
  }
  Expression(const Expression&) = delete;
  Expression& operator=(const Expression&) = delete;

  bool is_in(const std::string& text) const { return is_valid_ && ::regexec(&compiled_, text.c_str(), 0, nullptr, 0) == 0; }

 private:
  regex_t compiled_{};
  bool is_valid_;
};

Pattern::Pattern(std::string_view text) : text_(text), expression_(std::make_unique<Expression>(with_digits(text))) {}

Pattern::~Pattern() = default;

bool Pattern::is_in(std::string_view text) const {
  return text.find(text_) != std::string_view::npos || expression_->is_in(std::string(text));
}

}  // namespace loads::html
