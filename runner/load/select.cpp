#include "runner/load/select.h"

#include <algorithm>
#include <filesystem>

#include "common/failure.h"
#include "common/suggest.h"

namespace loads::runner {
namespace {

using Tests = std::vector<const user::TestInfo*>;

std::vector<std::string> class_names(const Tests& tests) {
  std::vector<std::string> names;
  for (const auto* test : tests) {
    if (std::find(names.begin(), names.end(), test->class_name) == names.end()) names.emplace_back(test->class_name);
  }
  return names;
}

std::vector<std::string> test_names(const Tests& tests) {
  std::vector<std::string> names;
  for (const auto* test : tests) names.emplace_back(test->test_name);
  return names;
}

std::string listed(const std::vector<std::string>& names) {
  constexpr std::size_t kMost = 20;
  std::string text;
  for (std::size_t i = 0; i < names.size() && i < kMost; ++i) text += (i == 0 ? "" : ", ") + names[i];
  return names.size() > kMost ? text + " and " + std::to_string(names.size() - kMost) + " more" : text;
}

[[noreturn]] void refuse(const std::string& message) { throw Failure(exit_code::cannot_load, message, "no-such-test"); }

std::string the_only_class(const Module& module) {
  const auto names = class_names(module.tests);
  if (names.size() == 1) return names.front();
  refuse(module.name + " has several test classes: " + listed(names) + ". Say which: " + module.name + ":" + names.front() + ".");
}

Tests tests_of_class(const Module& module, const std::string& class_name) {
  Tests tests;
  std::copy_if(module.tests.begin(), module.tests.end(), std::back_inserter(tests),
               [&](const user::TestInfo* test) { return test->class_name == class_name; });
  if (!tests.empty()) return tests;
  const auto names = class_names(module.tests);
  refuse("no test class \"" + class_name + "\" in " + module.name + "." + did_you_mean(class_name, names) +
         " Classes there: " + listed(names) + ".");
}

}  // namespace

Tests select_tests(const Module& module, const std::string& class_name, const std::string& test_name) {
  const std::string in_class = class_name.empty() ? the_only_class(module) : class_name;
  const Tests tests = tests_of_class(module, in_class);
  if (test_name.empty()) return tests;
  const auto found = std::find_if(tests.begin(), tests.end(), [&](const user::TestInfo* test) { return test->test_name == test_name; });
  if (found != tests.end()) return {*found};
  const auto names = test_names(tests);
  refuse("no test \"" + test_name + "\" in " + in_class + " (" + module.name + ")." + did_you_mean(test_name, names) +
         " Tests there: " + listed(names) + ".");
}

std::string list_tests(const Tests& tests) {
  std::size_t width = 0;
  std::vector<std::string> names;
  for (const auto* test : tests) {
    names.push_back(std::string(test->class_name) + "." + test->test_name);
    width = std::max(width, names.back().size());
  }
  std::string text;
  for (std::size_t i = 0; i < tests.size(); ++i) {
    std::string line = names[i];
    line.resize(width + 2, ' ');
    line += std::filesystem::path(tests[i]->file).filename().string() + ":" + std::to_string(tests[i]->line);
    if (tests[i]->weight != 1) line += "  weight " + std::to_string(tests[i]->weight);
    text += line + "\n";
  }
  return text;
}

}  // namespace loads::runner
