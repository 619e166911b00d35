#pragma once

#include <loads/registration.h>
#include <loads/test_case.h>

// Defines a test of a class derived from loads::TestCase:
//   LOADS_TEST(TestWebSite, test_es) { session.get("http://localhost:9200"); }
// It is both a test for loads-runner and an ordinary GoogleTest.
// NOLINTBEGIN(bugprone-macro-parentheses): a base class has none
#define LOADS_TEST(Class, test)                                                                                             \
  class Class##_##test##_Loads final : public Class {                                                                       \
    void TestBody() override;                                                                                               \
                                                                                                                            \
   public:                                                                                                                  \
    ~Class##_##test##_Loads() override { tear_down_alone(); }                                                               \
    static ::loads::TestCase* make() { return new Class##_##test##_Loads; }                                                 \
    static ::loads::detail::TestInfo info;                                                                                  \
  };                                                                                                                        \
  static_assert(std::is_base_of_v<::loads::TestCase, Class>, #Class " must derive from loads::TestCase");                   \
  ::loads::detail::TestInfo Class##_##test##_Loads::info{#Class, #test, __FILE__, __LINE__, &Class##_##test##_Loads::make}; \
  [[maybe_unused]] static const ::loads::detail::Registration Class##_##test##_registration{Class##_##test##_Loads::info};  \
  void Class##_##test##_Loads::TestBody()
// NOLINTEND(bugprone-macro-parentheses)

// How often a test is run in relation to the others when a whole class is run; 1 without it. Stands after the test.
#define LOADS_TEST_WEIGHT(Class, test, weight_)                                             \
  static_assert((weight_) > 0 && (weight_) <= 1000, "a weight is a number from 1 to 1000"); \
  [[maybe_unused]] static const int Class##_##test##_weight = (Class##_##test##_Loads::info.weight = (weight_))

// What runs of the class are judged by, beside --threshold: docs/thresholds.md has the expressions. Several may stand in a file, each on a
// line of its own:
//   LOADS_THRESHOLD(TestWebSite, "p95<500ms");
#define LOADS_THRESHOLD(Class, expression) LOADS_THRESHOLD_AT_LINE(Class, expression, __LINE__)
#define LOADS_THRESHOLD_AT_LINE(Class, expression, line) LOADS_THRESHOLD_AT(Class, expression, line)
#define LOADS_THRESHOLD_AT(Class, expression, line)                                                       \
  static_assert(std::is_base_of_v<::loads::TestCase, Class>, #Class " must derive from loads::TestCase"); \
  [[maybe_unused]] static const ::loads::detail::ThresholdRegistration Class##_threshold_##line(#Class, expression)
