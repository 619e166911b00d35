#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <loads/upload.h>

namespace loads::html {

// <option>
struct Option {
  std::string value;
  std::string text;
  bool selected = false;
  bool disabled = false;
};

// One control of a form, as the page has it and as the test has filled it in.
struct Field {
  enum class Kind : std::uint8_t { text, hidden, checkbox, radio, select, multiple_select, file, submit };

  Kind kind = Kind::text;
  std::string name;
  std::string id;
  std::string value;             // text and hidden: what is in it; checkbox and radio: what it stands for; submit: its own
  bool checked = false;          // checkbox, radio
  std::vector<Option> options;   // select
  std::optional<Upload> upload;  // file
  std::string forced;            // a value of no option, given by force
  bool is_forced = false;

  bool is_select() const { return kind == Kind::select || kind == Kind::multiple_select; }
  std::vector<std::string> submitted() const;  // its values in a submission; files and buttons, which are submitted otherwise: none
};

}  // namespace loads::html
