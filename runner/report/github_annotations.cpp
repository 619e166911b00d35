#include <algorithm>
#include <charconv>
#include <string_view>
#include <vector>

#include "runner/report/github.h"
#include "runner/report/github_words.h"
#include "runner/report/text.h"

namespace loads::runner {
namespace {

using namespace github;

// What a command's value may not have as it is; of a property, more.
std::string escaped(const std::string& text, bool is_property) {
  std::string result;
  for (const char c : text) {
    switch (c) {
      case '%': result += "%25"; break;
      case '\r': result += "%0D"; break;
      case '\n': result += "%0A"; break;
      case ':': result += is_property ? "%3A" : ":"; break;
      case ',': result += is_property ? "%2C" : ","; break;
      default: result += c;
    }
  }
  return result;
}

// "file=example.cpp,line=14," of "example.cpp:14"; empty when it is no such place.
std::string place(const std::string& location) {
  const auto colon = location.rfind(':');
  if (colon == std::string::npos || colon == 0) return {};
  unsigned line = 0;
  const auto [end, error] = std::from_chars(location.data() + colon + 1, location.data() + location.size(), line);
  if (error != std::errc() || end != location.data() + location.size()) return {};
  return "file=" + escaped(printable(location.substr(0, colon)), true) + ",line=" + std::to_string(line) + ",";
}

std::string command(const char* level, const std::string& where, const std::string& title, const std::string& message) {
  return std::string("::") + level + " " + where + "title=" + escaped(title, true) + "::" + escaped(message, false) + "\n";
}

std::string problem_commands(const Report& report) {
  const std::vector<metrics::Problem> problems = report.totals.all().problems.worst_first();
  std::string text;
  for (std::size_t i = 0; i < std::min(problems.size(), kMostOfAKind - 1); ++i)  // one is the verdict's
    text +=
        command(passed(report) ? "warning" : "error", place(problems[i].location), "Load test: what went wrong", described(problems[i]));
  return text;
}

std::string threshold_commands(const Report& report) {
  std::string text;
  std::size_t count = 0;
  if (report.unjudged) return {};
  for (const thresholds::Result& result : report.thresholds) {
    if (!result.passed && ++count < kMostOfAKind) text += command("error", "", "Load test: threshold crossed", described(result));
  }
  return text;
}

std::string doubt_commands(const Report& report) {
  const std::vector<Doubt> doubts = all_doubts(report);
  std::string text;
  for (std::size_t i = 0; i < std::min(doubts.size(), kMostOfAKind); ++i)
    text +=
        command("warning", "", "Can these numbers be trusted? [" + doubts[i].id + ", " + std::string(to_string(doubts[i].validity)) + "]",
                short_text(doubts[i].message));
  return text;
}

}  // namespace

// "::error::x" is a command at the beginning of a line, "##[error]x" anywhere in it.
std::string without_commands(const std::string& text) {
  std::string result;
  bool at_start = true;  // of a line, but for blanks
  for (std::size_t i = 0; i < text.size(); ++i) {
    const std::string_view rest = std::string_view(text).substr(i);
    const bool is_command = (at_start && rest.starts_with("::")) || rest.starts_with("##[");
    result += is_command ? std::string(1, text[i]) + " " : std::string(1, text[i]);
    at_start = text[i] == '\n' || (at_start && text[i] == ' ');
  }
  return result;
}

std::string github_annotations(const Report& report) {
  const std::string test = short_text(report.plan.test);
  const std::string first = passed(report) ? command("notice", "", "Load test passed: " + test, figures_text(report))
                                           : command("error", "", "Load test: " + test, verdict_text(report));
  return first + threshold_commands(report) + problem_commands(report) + doubt_commands(report);
}

}  // namespace loads::runner
