#include "common/thresholds/conjunction.h"

#include <algorithm>

#include "common/thresholds/cursor.h"
#include "common/thresholds/parse.h"

namespace loads::thresholds {
namespace {

constexpr std::string_view kAnd = "&&";

// How much of `text` stands before the first && that is outside of braces.
std::size_t end_of_first(std::string_view text) {
  std::size_t depth = 0;
  for (std::size_t at = 0; at < text.size(); ++at) {
    const char c = text[at];
    if (c == '\\' && depth > 0) ++at;
    if (c == '{') ++depth;
    if (c == '}' && depth > 0) --depth;
    if (depth == 0 && text.substr(at).starts_with(kAnd)) return at;
  }
  return text.size();
}

bool is_blank(std::string_view text) { return text.find_first_not_of(" \t") == std::string_view::npos; }

}  // namespace

std::vector<Threshold> parse_conjunction(std::string_view text) {
  std::vector<Threshold> thresholds;
  for (std::string_view rest = text;;) {
    const std::size_t end = end_of_first(rest);
    const std::string_view part = rest.substr(0, end);
    const bool is_last = end == rest.size();
    if (is_blank(part) && !(is_last && thresholds.empty()))
      Cursor(text.substr(0, kLongest)).fail(std::string("a condition is missing ") + (is_last ? "behind the last &&" : "before an &&"));
    Threshold one = parse(part);
    const auto is_same = [&](const Threshold& other) { return other.text == one.text; };
    if (std::none_of(thresholds.begin(), thresholds.end(), is_same)) thresholds.push_back(std::move(one));
    if (thresholds.size() > kMost)
      Cursor(thresholds.front().text).fail("it is followed by too many: " + std::to_string(kMost) + " are the most");
    if (is_last) return thresholds;
    rest.remove_prefix(end + kAnd.size());
  }
}

}  // namespace loads::thresholds
