#include "engine/html/node.h"

#include <algorithm>
#include <vector>

namespace loads::html {
namespace {

constexpr std::string_view kBlanks = " \t\r\n\f";

bool is_text(const GumboNode& node) {
  return node.type == GUMBO_NODE_TEXT || node.type == GUMBO_NODE_WHITESPACE || node.type == GUMBO_NODE_CDATA;
}

bool has_children(const GumboNode& node) { return node.type == GUMBO_NODE_ELEMENT || node.type == GUMBO_NODE_TEMPLATE; }

}  // namespace

bool is_element(const GumboNode& node, GumboTag tag) { return node.type == GUMBO_NODE_ELEMENT && node.v.element.tag == tag; }

std::optional<std::string> attribute(const GumboNode& element, const char* name) {
  const GumboAttribute* found = gumbo_get_attribute(&element.v.element.attributes, name);
  if (found == nullptr) return std::nullopt;
  return found->value;
}

std::string attribute_or(const GumboNode& element, const char* name, std::string_view otherwise) {
  return attribute(element, name).value_or(std::string(otherwise));
}

std::string text_of(const GumboNode& element) {
  std::string out;
  std::vector<const GumboNode*> left{&element};
  while (!left.empty()) {
    const GumboNode& node = *left.back();
    left.pop_back();
    if (is_text(node)) out += node.v.text.text;
    if (!has_children(node)) continue;
    const GumboVector& children = node.v.element.children;
    for (unsigned i = children.length; i-- > 0;) left.push_back(static_cast<const GumboNode*>(children.data[i]));
  }
  return out;
}

std::string tidy_text_of(const GumboNode& element) {
  const std::string text = text_of(element);
  std::string out;
  for (std::size_t at = text.find_first_not_of(kBlanks); at != std::string::npos;) {
    const std::size_t end = std::min(text.find_first_of(kBlanks, at), text.size());
    out.append(out.empty() ? "" : " ").append(text, at, end - at);
    at = text.find_first_not_of(kBlanks, end);
  }
  return out;
}

std::string_view content_of(const GumboNode& element, std::string_view page) {
  const GumboElement& it = element.v.element;
  if (it.original_tag.data == nullptr) return {};
  const auto begin = static_cast<std::size_t>(it.original_tag.data - page.data()) + it.original_tag.length;
  // Without an end tag the element ends where another one made it end.
  const bool closed = it.original_end_tag.data != nullptr && it.original_end_tag.length > 0;
  const std::size_t end = closed ? static_cast<std::size_t>(it.original_end_tag.data - page.data()) : it.end_pos.offset;
  return begin < end && end <= page.size() ? page.substr(begin, end - begin) : std::string_view();
}

}  // namespace loads::html
