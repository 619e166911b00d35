#include "runner/options/help.h"

#include <algorithm>
#include <array>
#include <sstream>
#include <utility>

#include "engine/http/target.h"

namespace loads::runner {
namespace {

constexpr std::size_t kWidth = 80;
constexpr std::size_t kHelpColumn = 28;

constexpr std::string_view kIntroduction =
    "loads-runner: runs a test with many virtual users and says how the server did.\n"
    "\n"
    "  loads-runner http://localhost:9200/ -u 50 -d 10s\n"
    "  loads-runner --init example.cpp\n"
    "  loads-runner example.TestWebSite.test_es -u 100 -c 10\n"
    "  loads-runner example.TestWebSite.test_es -u 100 -c 10 --agents 5\n"
    "\n"
    "Usage: loads-runner [options] TEST\n";

constexpr std::string_view kClosing =
    "\nEvery option may also stand in the environment (LOADS_OPT_USERS=10), and without\n"
    "its dashes in section [loads] of a --config file. Exit codes: 0 passed, 1 errors\n"
    "or failures, 2 wrong options, 3 the test cannot be loaded, 4 no broker, 5 too\n"
    "few agents, 6 a local resource, 98 figures not to be believed, 99 thresholds\n"
    "crossed, 130 or 143 stopped.\n";

constexpr std::array<std::pair<Group, std::string_view>, 7> kGroups{{
    {Group::test, "The test"},
    {Group::load, "The load"},
    {Group::target, "The target"},
    {Group::cluster, "The cluster"},
    {Group::results, "The results"},
    {Group::more, "More"},
    {Group::ignored, "Accepted without effect"},
}};

std::string heading(const Option& option) {
  std::string text = "  ";
  if (option.kind == Kind::positional) return text + std::string(option.argument);
  text += option.letter != 0 ? std::string("-") + option.letter + ", " : "    ";
  text += "--" + std::string(option.name);
  if (option.kind == Kind::flag_or_value) return text + "[=" + std::string(option.argument) + "]";
  if (!option.argument.empty()) text += " " + std::string(option.argument);
  return text;
}

std::string explanation(const Option& option) {
  std::string text(option.help);
  if (!option.fallback.empty()) text += " [" + std::string(option.fallback) + "]";
  return text;
}

// The words of `text` in lines that begin at kHelpColumn; the first continues `line`.
std::string wrapped(std::string line, const std::string& text) {
  std::string result;
  if (line.size() + 2 > kHelpColumn) {
    result = line + "\n";
    line.clear();
  }
  line.resize(kHelpColumn, ' ');
  std::istringstream words(text);
  std::string word;
  for (bool first = true; words >> word; first = false) {
    if (!first && line.size() + 1 + word.size() > kWidth) {
      result += line + "\n";
      line.assign(kHelpColumn, ' ');
      first = true;
    }
    line += (first ? "" : " ") + word;
  }
  return result + line + "\n";
}

// A URL without the password that it may have.
std::string shown(const Option& option, const std::string& text) {
  const bool is_url = option.kind == Kind::positional || option.argument == "URL";
  return is_url ? http::without_userinfo(text) : text;
}

std::string joined(const Option& option, const Texts& texts) {
  std::string all;
  for (const std::string& text : texts) all += (all.empty() ? "" : ", ") + shown(option, text);
  return all;
}

}  // namespace

std::string help_text() {
  std::string text(kIntroduction);
  for (const auto& [group, title] : kGroups) {
    text += "\n" + std::string(title) + ":\n";
    for (const Option& option : option_table()) {
      if (option.group == group) text += wrapped(heading(option), explanation(option));
    }
  }
  return text + std::string(kClosing);
}

std::string config_text(const ReadOptions& read) {
  std::string text;
  for (const Option& option : option_table()) {
    if (option.group == Group::hidden || option.group == Group::ignored || option.scope == Scope::command_line) continue;
    const auto found = read.origins.find(option.name);
    const bool given = found != read.origins.end();
    std::string line(option.name);
    line.resize(std::max<std::size_t>(26, line.size() + 2), ' ');
    line += given ? joined(option, found->second.texts) : option.kind == Kind::flag ? "false" : "-";
    line.resize(std::max<std::size_t>(58, line.size() + 2), ' ');
    text += line + (given ? found->second.origin : "default") + "\n";
  }
  return text;
}

}  // namespace loads::runner
