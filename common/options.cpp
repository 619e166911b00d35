#include "common/options.h"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <charconv>
#include <iostream>
#include <optional>

#include "common/failure.h"
#include "common/ini.h"
#include "common/suggest.h"

namespace loads {
namespace {

void write_with_dashes(std::string& argument) {
  const auto end = argument.begin() + static_cast<std::ptrdiff_t>(std::min(argument.find('='), argument.size()));
  if (argument.starts_with("--")) std::replace(argument.begin(), end, '_', '-');
}

std::vector<std::string> names_of(const CLI::App& app) {
  std::vector<std::string> names;
  for (const CLI::Option* option : app.get_options()) names.push_back(option->get_name());
  return names;
}

[[noreturn]] void refuse_unknown(const CLI::App& app, const std::string& word) {
  throw Failure(exit_code::usage,
                "unknown option " + word + "." + did_you_mean(word, names_of(app)) + " See " + app.get_name() + " --help.", "options");
}

void parse(CLI::App& app, const std::vector<std::string>& arguments) {
  std::vector<std::string> reversed(arguments.rbegin(), arguments.rend());
  app.parse(reversed);
}

// What the file says and the command line does not, as arguments.
std::vector<std::string> from_file(const CLI::App& app, const std::string& path, std::string_view section) {
  const Ini ini = Ini::load(path);
  std::vector<std::string> arguments;
  for (const Ini::Key& key : ini.keys()) {
    if (key.section != section) continue;  // the file may be another program's too
    const CLI::Option* option = app.get_option_no_throw("--" + key.name);
    if (option == nullptr)
      ini.fail(key, "\"" + key.name + "\" is no option of " + app.get_name() + "." + did_you_mean("--" + key.name, names_of(app)));
    if (!option->get_configurable()) ini.fail(key, "\"" + key.name + "\" belongs on the command line.");
    if (option->count() > 0) continue;
    if (key.values.size() != 1 && option->get_items_expected_max() < 2) ini.fail(key, "\"" + key.name + "\" takes one value.");
    for (const std::string& value : key.values) arguments.push_back("--" + key.name + "=" + value);
  }
  return arguments;
}

std::optional<std::uint64_t> number_in(const std::string& text) {
  std::uint64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  return error == std::errc() && end == text.data() + text.size() && !text.empty() ? std::optional(value) : std::nullopt;
}

std::optional<std::uint64_t> bytes_in(std::string text) {
  try {
    return CLI::AsSizeValue(false)(text).empty() ? number_in(text) : std::nullopt;
  } catch (const CLI::Error&) {
    return std::nullopt;
  }
}

std::string in_mebibytes(std::uint64_t bytes) {
  return bytes < (1U << 20U) ? std::to_string(bytes) + " bytes" : std::to_string(bytes >> 20U) + "M";
}

}  // namespace

CLI::Validator whole_number(std::uint64_t least, std::uint64_t most) {
  const auto check = [=](std::string& text) -> std::string {
    const auto value = number_in(text);
    if (value && *value >= least && *value <= most) return {};
    return '"' + text + "\" is not a whole number from " + std::to_string(least) + " to " + std::to_string(most);
  };
  return {check, ""};
}

CLI::Validator size_in_bytes(Least least, std::uint64_t most) {
  const auto check = [=](std::string& text) -> std::string {
    const auto bytes = bytes_in(text);
    const bool none = bytes == 0U && least.or_none;
    if (!bytes || (!none && (*bytes < least.bytes || *bytes > most))) {
      return '"' + text + "\" is not a size from " + in_mebibytes(least.bytes) + " to " + in_mebibytes(most) +
             (least.or_none ? ", or 0" : "") + ": write 500M or 2G";
    }
    text = std::to_string(*bytes);
    return {};
  };
  return {check, ""};
}

bool parse_options(CLI::App& app, std::vector<std::string> arguments, std::string_view section) {
  std::for_each(arguments.begin(), arguments.end(), write_with_dashes);
  std::string config;
  app.add_option("--config", config, "read options from section [" + std::string(section) + "] of this ini file")->configurable(false);
  if (CLI::Option* help = app.get_help_ptr()) help->configurable(false);
  try {
    parse(app, arguments);
    // A second time, since only now it is known what the command line does not have.
    if (!config.empty()) {
      const std::vector<std::string> more = from_file(app, config, section);
      arguments.insert(arguments.end(), more.begin(), more.end());
      app.clear();
      parse(app, arguments);
    }
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
