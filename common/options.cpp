#include "common/options.h"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <iostream>

#include "common/failure.h"
#include "common/suggest.h"

namespace loads {
namespace {

void write_with_dashes(std::string& argument) {
  const auto end = argument.begin() + static_cast<std::ptrdiff_t>(std::min(argument.find('='), argument.size()));
  if (argument.starts_with("--")) std::replace(argument.begin(), end, '_', '-');
}

[[noreturn]] void refuse_unknown(const CLI::App& app, const std::string& word) {
  std::vector<std::string> names;
  for (const CLI::Option* option : app.get_options()) names.push_back(option->get_name());
  throw Failure(exit_code::usage, "unknown option " + word + "." + did_you_mean(word, names) + " See " + app.get_name() + " --help.",
                "options");
}

}  // namespace

bool parse_options(CLI::App& app, std::vector<std::string> arguments) {
  std::for_each(arguments.begin(), arguments.end(), write_with_dashes);
  std::vector<std::string> reversed(arguments.rbegin(), arguments.rend());
  try {
    app.parse(reversed);
    return true;
  } catch (const CLI::CallForHelp&) {
    std::cout << app.help() << std::flush;
    return false;
  } catch (const CLI::ExtrasError&) {
    refuse_unknown(app, app.remaining().empty() ? arguments.front() : app.remaining().front());
  } catch (const CLI::ParseError& error) {
    throw Failure(exit_code::usage, std::string(error.what()) + ". See " + app.get_name() + " --help.", "options");
  }
}

}  // namespace loads
