#include <algorithm>
#include <sstream>

#include "common/failure.h"
#include "runner/options/given.h"

namespace loads::runner {
namespace {

constexpr std::string_view kPrefix = "LOADS_OPT_";

std::string option_name(std::string_view variable) {
  std::string name(variable.substr(kPrefix.size()));
  std::transform(name.begin(), name.end(), name.begin(),
                 [](unsigned char c) { return c == '_' ? '-' : static_cast<char>(std::tolower(c)); });
  return name;
}

Texts lines_of(const std::string& text) {
  Texts lines;
  std::istringstream stream(text);
  for (std::string line; std::getline(stream, line);) {
    if (!line.empty()) lines.push_back(line);
  }
  return lines;
}

[[noreturn]] void refuse_place(const std::string& variable, const Option& option) {
  throw Failure(exit_code::usage, variable + " in the environment: --" + std::string(option.name) + " belongs on the command line.",
                "options");
}

[[noreturn]] void refuse_unknown(const std::string& variable, const std::string& name) {
  const std::string near = closest_option(name);
  std::string message = variable + " in the environment is no option of loads-runner.";
  if (!near.empty()) {
    std::string meant(near);
    std::transform(meant.begin(), meant.end(), meant.begin(),
                   [](unsigned char c) { return c == '-' ? '_' : static_cast<char>(std::toupper(c)); });
    message += " Did you mean " + std::string(kPrefix) + meant + "?";
  }
  throw Failure(exit_code::usage, message, "options");
}

}  // namespace

GivenOptions read_environment(const Environment& environment) {
  GivenOptions given;
  for (auto entry = environment.lower_bound(kPrefix); entry != environment.end() && entry->first.starts_with(kPrefix); ++entry) {
    const auto& [variable, text] = *entry;
    const std::string name = option_name(variable);
    const Option* option = find_option(name);
    if (option == nullptr) refuse_unknown(variable, name);
    if (option->scope == Scope::command_line) refuse_place(variable, *option);
    given[name] = {option->kind == Kind::list ? lines_of(text) : Texts{text}, Source::environment, variable, variable};
  }
  return given;
}

}  // namespace loads::runner
