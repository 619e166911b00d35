#include "engine/html/read_field.h"

#include <algorithm>
#include <array>
#include <string_view>
#include <utility>
#include <vector>

#include "engine/html/node.h"

namespace loads::html {
namespace {

using Kind = Field::Kind;

std::string in_lower_case(std::string text) {
  std::transform(text.begin(), text.end(), text.begin(), [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
  return text;
}

// Types that are not named here are text with rules for what may be written into it: date, email, number, password, ...
Kind kind_of(std::string_view type) {
  constexpr std::array<std::pair<std::string_view, Kind>, 7> kKinds{{{"hidden", Kind::hidden},
                                                                     {"checkbox", Kind::checkbox},
                                                                     {"radio", Kind::radio},
                                                                     {"file", Kind::file},
                                                                     {"submit", Kind::submit},
                                                                     {"image", Kind::submit},
                                                                     {"button", Kind::submit}}};
  const auto* found = std::find_if(kKinds.begin(), kKinds.end(), [type](const auto& kind) { return kind.first == type; });
  return found == kKinds.end() ? Kind::text : found->second;
}

std::optional<Field> read_input(const GumboNode& node) {
  const std::string type = in_lower_case(attribute_or(node, "type", "text"));
  if (type == "reset") return std::nullopt;
  Field field;
  field.kind = kind_of(type);
  const bool is_box = field.kind == Kind::checkbox || field.kind == Kind::radio;
  field.value = attribute_or(node, "value", is_box ? "on" : "");
  field.checked = is_box && attribute(node, "checked").has_value();
  return field;
}

Field read_textarea(const GumboNode& node) {
  Field field;
  field.value = text_of(node);
  return field;
}

Field read_button(const GumboNode& node) {
  Field field;
  field.kind = Kind::submit;
  field.value = attribute_or(node, "value", "");
  return field;
}

Option read_option(const GumboNode& node, bool group_disabled) {
  Option option;
  option.text = tidy_text_of(node);
  option.value = attribute_or(node, "value", option.text);
  option.selected = attribute(node, "selected").has_value();
  option.disabled = group_disabled || attribute(node, "disabled").has_value();
  return option;
}

void read_options(const GumboNode& node, bool disabled, std::vector<Option>& out) {
  const GumboVector& children = node.v.element.children;
  for (unsigned i = 0; i < children.length; ++i) {
    const auto& child = *static_cast<const GumboNode*>(children.data[i]);
    if (is_element(child, GUMBO_TAG_OPTION)) out.push_back(read_option(child, disabled));
  }
}

// As a browser shows it at first: of a list that shows one option, the last that is marked, or else the first that can be chosen.
void choose_one(std::vector<Option>& options) {
  const auto marked = std::find_if(options.rbegin(), options.rend(), [](const Option& option) { return option.selected; });
  for (Option& option : options) option.selected = marked != options.rend() && &option == &*marked;
  if (marked != options.rend()) return;
  const auto first = std::find_if(options.begin(), options.end(), [](const Option& option) { return !option.disabled; });
  if (first != options.end()) first->selected = true;
}

Field read_select(const GumboNode& node) {
  Field field;
  field.kind = attribute(node, "multiple") ? Kind::multiple_select : Kind::select;
  const GumboVector& children = node.v.element.children;
  for (unsigned i = 0; i < children.length; ++i) {
    const auto& child = *static_cast<const GumboNode*>(children.data[i]);
    if (is_element(child, GUMBO_TAG_OPTION)) field.options.push_back(read_option(child, false));
    if (is_element(child, GUMBO_TAG_OPTGROUP)) read_options(child, attribute(child, "disabled").has_value(), field.options);
  }
  if (field.kind == Kind::select) choose_one(field.options);
  return field;
}

std::optional<Field> read_by_tag(const GumboNode& node) {
  if (is_element(node, GUMBO_TAG_INPUT)) return read_input(node);
  if (is_element(node, GUMBO_TAG_SELECT)) return read_select(node);
  if (is_element(node, GUMBO_TAG_TEXTAREA)) return read_textarea(node);
  if (is_element(node, GUMBO_TAG_BUTTON) && in_lower_case(attribute_or(node, "type", "")) != "reset") return read_button(node);
  return std::nullopt;
}

}  // namespace

std::optional<Field> read_field(const GumboNode& node) {
  std::optional<Field> field = read_by_tag(node);
  if (!field) return field;
  field->name = attribute_or(node, "name", "");
  field->id = attribute_or(node, "id", "");
  return field;
}

}  // namespace loads::html
