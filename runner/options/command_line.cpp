#include <algorithm>
#include <utility>

#include <CLI/CLI.hpp>

#include "common/failure.h"
#include "engine/http/target.h"
#include "runner/options/given.h"

namespace loads::runner {
namespace {

// The spellings in CLI11's notation: "-u,--users", and the underscore spelling of a name with dashes.
std::string spellings(const Option& option) {
  const std::string name(option.name);
  if (option.kind == Kind::positional) return name;
  std::string all = "--" + name;
  if (name.find('-') != std::string::npos) {
    std::string underscored = name;
    std::replace(underscored.begin(), underscored.end(), '-', '_');
    all += ",--" + underscored;
  }
  if (option.letter != 0) all += std::string(",-") + option.letter;
  return all;
}

CLI::Option* add(CLI::App& app, const Option& option) {
  const bool takes_no_word = option.kind == Kind::flag || option.kind == Kind::flag_or_value;
  const int words = option.kind == Kind::two_values ? 2 : 1;
  CLI::Option* added = takes_no_word ? app.add_flag(spellings(option)) : app.add_option(spellings(option))->expected(words);
  return added->take_all();
}

[[noreturn]] void refuse_word(const std::string& word) {
  if (!word.starts_with("-") || word == "-") {
    throw Failure(exit_code::usage, "one test at a time: \"" + http::without_userinfo(word) + "\" is one too many", "options");
  }
  const std::string spelling = word.substr(0, word.find('='));
  const std::string near = closest_option(spelling.substr(spelling.find_first_not_of('-')));
  const std::string advice = near.empty() ? "See loads-runner --help." : "Did you mean --" + near + "?";
  throw Failure(exit_code::usage, "unknown option " + spelling + ". " + advice, "options");
}

// CLI11 thinks in exceptions with exit codes of its own; none of them may leave this file.
void parse(CLI::App& app, const std::vector<std::string>& arguments) {
  std::vector<std::string> reversed(arguments.rbegin(), arguments.rend());
  try {
    app.parse(reversed);
  } catch (const CLI::ArgumentMismatch& error) {
    // Its words are "--users: 1 required  missing".
    const std::string words = error.what();
    throw Failure(exit_code::usage, words.substr(0, words.find(':')) + " needs a value. See loads-runner --help.", "options");
  } catch (const CLI::ParseError& error) {
    throw Failure(exit_code::usage, error.what(), "options");
  }
}

}  // namespace

GivenOptions read_command_line(const std::vector<std::string>& arguments) {
  CLI::App app;
  app.set_help_flag();  // --help is a row of the table like any other
  app.allow_extras();   // so that we find the words for them
  std::vector<std::pair<const Option*, const CLI::Option*>> known;
  for (const Option& option : option_table()) known.emplace_back(&option, add(app, option));
  parse(app, arguments);
  if (const auto extras = app.remaining(); !extras.empty()) {
    const auto unknown = std::find_if(extras.begin(), extras.end(), [](const std::string& word) { return word.starts_with("--"); });
    refuse_word(unknown == extras.end() ? extras.front() : *unknown);
  }

  GivenOptions given;
  for (const auto& [option, parsed] : known) {
    if (parsed->count() == 0) continue;
    const std::string name(option->name);
    const std::string spelling = option->kind == Kind::positional ? "TEST" : "--" + name;
    given[name] = {parsed->results(), Source::command_line, "command line", spelling};
  }
  return given;
}

}  // namespace loads::runner
