#pragma once

#include <string>
#include <string_view>

namespace loads::runner {

// Colours for the words that a reader looks for: one value is passed to whatever writes for a person. Switched off it returns its text
// unchanged, so that the text is the same with and without colour. Whether it is on is decided in runner/console/colour.h.
class Paint {
 public:
  explicit Paint(bool on = false) : on_(on) {}

  std::string good(std::string_view text) const { return painted(text, "\x1b[32m"); }      // green
  std::string bad(std::string_view text) const { return painted(text, "\x1b[31m"); }       // red
  std::string doubtful(std::string_view text) const { return painted(text, "\x1b[33m"); }  // yellow

 private:
  std::string painted(std::string_view text, std::string_view code) const;

  bool on_;
};

}  // namespace loads::runner
