#include "engine/user/test_registry.h"

#include <gtest/gtest.h>

#include <algorithm>

#include <loads/test_case.h>

namespace loads {
namespace {

std::vector<const detail::TestInfo*>& registry() {
  // Never destroyed: modules unregister as late as at the end of the program.
  static auto* const tests = std::make_unique<std::vector<const detail::TestInfo*>>().release();
  return *tests;
}

}  // namespace

detail::Registration::Registration(TestInfo& test) : test_(test) {
  registry().push_back(&test);
  testing::RegisterTest(test.class_name, test.test_name, nullptr, nullptr, test.file, test.line,
                        [&test] { return TestCase::make_alone(test); });
}

detail::Registration::~Registration() { std::erase(registry(), &test_); }

const std::vector<const user::TestInfo*>& user::registered_tests() { return registry(); }

}  // namespace loads
