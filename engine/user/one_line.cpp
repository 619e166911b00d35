#include "engine/user/one_line.h"

namespace loads::user {
namespace {

constexpr std::string_view kBlanks = " \t\r\v\f";
constexpr std::string_view kValue = "Which is: ";

std::string_view trimmed(std::string_view line) {
  const auto begin = line.find_first_not_of(kBlanks);
  if (begin == std::string_view::npos) return {};
  return line.substr(begin, line.find_last_not_of(kBlanks) - begin + 1);
}

void append(std::string& out, std::string_view line) {
  if (out.empty()) {
    out = line;
  } else if (line.substr(0, kValue.size()) == kValue) {
    out.append(" = ").append(line.substr(kValue.size()));
  } else {
    out.append(out.back() == ':' || out.back() == ',' ? " " : ", ").append(line);
  }
}

}  // namespace

std::string one_line(std::string_view text) {
  std::string out;
  while (!text.empty()) {
    const auto end = text.find('\n');
    const std::string_view line = trimmed(text.substr(0, end));
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
    if (line == "With diff:") break;
    if (!line.empty()) append(out, line);
  }
  return out;
}

}  // namespace loads::user
