#include "engine/html/field.h"

namespace loads::html {

std::vector<std::string> Field::submitted() const {
  if (kind == Kind::file || kind == Kind::submit) return {};
  if (is_forced) return {forced};
  if (kind == Kind::checkbox || kind == Kind::radio) return checked ? std::vector{value} : std::vector<std::string>{};
  if (!is_select()) return {value};
  std::vector<std::string> out;
  for (const Option& option : options) {
    if (option.selected && !option.disabled) out.push_back(option.value);
  }
  return out;
}

}  // namespace loads::html
