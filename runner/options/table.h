#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "runner/options/options.h"

namespace loads::runner {

enum class Kind : std::uint8_t { positional, flag, value, two_values, list, flag_or_value };  // flag_or_value: --trace, or --trace=full
enum class Group : std::uint8_t { test, load, target, cluster, results, more, ignored, hidden };
enum class Scope : std::uint8_t { everywhere, not_in_file, command_line };  // where it may be given
enum class Support : std::uint8_t { full, ignored };                        // ignored: accepted without effect

using Texts = std::vector<std::string>;

// One option: everything that the command line, the environment, the ini file, --help and --show-config know about it. A new option is a
// new row of table.cpp and a member of Options.
struct Option {
  std::string_view name;  // the long spelling, with dashes
  char letter = 0;
  Kind kind = Kind::flag;
  std::string_view argument;  // how --help calls the value
  std::string_view fallback;  // the default as text; empty: none
  Group group = Group::more;
  std::string_view help;
  void (*store)(Options&, const Texts&) = nullptr;  // throws std::invalid_argument with the reason
  Scope scope = Scope::everywhere;
  Support support = Support::full;
};

std::span<const Option> option_table();

// By its long name, with - and _ alike; null when there is none.
const Option* find_option(std::string_view name);

// The long name of the option that was probably meant; empty when none is near.
std::string closest_option(std::string_view name);

}  // namespace loads::runner
