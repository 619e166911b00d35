#include "runner/compile/depfile.h"

#include <string>

namespace loads::runner {
namespace {

// Takes one name from the front of `text`. Make's escapes: "\ " is a blank, "\#" a hash, "$$" a dollar, a backslash at the end of a line
// nothing.
std::string take_name(std::string_view& text) {
  std::string name;
  while (!text.empty() && text.front() != ' ' && text.front() != '\n') {
    const char next = text.size() > 1 ? text[1] : '\0';
    if (text.front() == '\\' && next == '\n') break;
    const bool escaped = (text.front() == '\\' && (next == ' ' || next == '#')) || (text.front() == '$' && next == '$');
    name += escaped ? next : text.front();
    text.remove_prefix(escaped ? 2 : 1);
  }
  return name;
}

void skip_space(std::string_view& text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\n' || text.front() == '\\')) text.remove_prefix(1);
}

}  // namespace

std::vector<std::filesystem::path> read_depfile(std::string_view rule) {
  std::vector<std::filesystem::path> names;
  const auto colon = rule.find(": ");
  if (colon == std::string_view::npos) return names;
  rule.remove_prefix(colon + 2);
  for (skip_space(rule); !rule.empty(); skip_space(rule)) names.emplace_back(take_name(rule));
  return names;
}

}  // namespace loads::runner
