#include "engine/user/test_registry.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <utility>

#include <loads/test_case.h>

namespace loads {
namespace {

std::vector<const detail::TestInfo*>& registry() {
  // Never destroyed: modules unregister as late as at the end of the program.
  static auto* const tests = std::make_unique<std::vector<const detail::TestInfo*>>().release();
  return *tests;
}

using ClassThreshold = std::pair<std::string, std::string>;  // the class, and the expression

std::vector<ClassThreshold>& class_thresholds() {
  static auto* const thresholds = std::make_unique<std::vector<ClassThreshold>>().release();
  return *thresholds;
}

}  // namespace

detail::ThresholdRegistration::ThresholdRegistration(const char* class_name, const char* expression)
    : class_name_(class_name), expression_(expression) {
  user::register_threshold(class_name, expression);
}

detail::ThresholdRegistration::~ThresholdRegistration() {
  auto& all = class_thresholds();
  if (const auto one = std::find(all.begin(), all.end(), ClassThreshold(class_name_, expression_)); one != all.end()) all.erase(one);
}

void user::register_threshold(std::string class_name, std::string expression) {
  class_thresholds().emplace_back(std::move(class_name), std::move(expression));
}

std::vector<std::string> user::thresholds_of(const std::vector<const TestInfo*>& tests) {
  std::vector<std::string> expressions;
  if (tests.empty()) return expressions;
  for (const auto& [class_name, expression] : class_thresholds()) {
    if (class_name == tests.front()->class_name) expressions.push_back(expression);
  }
  return expressions;
}

detail::Registration::Registration(TestInfo& test) : test_(test) {
  registry().push_back(&test);
  testing::RegisterTest(test.class_name, test.test_name, nullptr, nullptr, test.file, test.line,
                        [&test] { return TestCase::make_alone(test); });
}

detail::Registration::~Registration() { std::erase(registry(), &test_); }

const std::vector<const user::TestInfo*>& user::registered_tests() { return registry(); }

}  // namespace loads
