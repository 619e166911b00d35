#pragma once

#include <gtest/gtest.h>

#include <memory>
#include <string>

#include <loads/export.h>

// GoogleTest keeps its traces, and what ASSERT_NO_FATAL_FAILURE counts, per thread. Virtual users share a thread and take turns in the
// middle of a scope, so these two macros are given a meaning of their own: per virtual user. Outside of a load test they do what
// GoogleTest's do.

namespace loads::detail {

class LOADS_API ScopedTrace {
 public:
  ScopedTrace(const char* file, int line, const std::string& message);
  ~ScopedTrace();
  ScopedTrace(const ScopedTrace&) = delete;
  ScopedTrace& operator=(const ScopedTrace&) = delete;

 private:
  std::unique_ptr<testing::ScopedTrace> alone_;
};

LOADS_API int fatal_failures();  // of the present test run

template <typename T>
std::string trace_text(const T& message) {
  return (testing::Message() << message).GetString();
}

}  // namespace loads::detail

#undef SCOPED_TRACE
#define SCOPED_TRACE(message) \
  const ::loads::detail::ScopedTrace GTEST_CONCAT_TOKEN_(loads_trace_, __LINE__)(__FILE__, __LINE__, ::loads::detail::trace_text(message))

#undef GTEST_TEST_NO_FATAL_FAILURE_
#define GTEST_TEST_NO_FATAL_FAILURE_(statement, fail)                                                           \
  GTEST_AMBIGUOUS_ELSE_BLOCKER_                                                                                 \
  if (const int loads_failures_before = ::loads::detail::fatal_failures(); ::testing::internal::AlwaysTrue()) { \
    GTEST_SUPPRESS_UNREACHABLE_CODE_WARNING_BELOW_(statement);                                                  \
    if (::loads::detail::fatal_failures() != loads_failures_before) {                                           \
      goto GTEST_CONCAT_TOKEN_(gtest_label_testnofatal_, __LINE__);                                             \
    }                                                                                                           \
  } else                                                                                                        \
    GTEST_CONCAT_TOKEN_(gtest_label_testnofatal_, __LINE__)                                                     \
        : fail("Expected: " #statement                                                                          \
               " doesn't generate new fatal failures in the current thread.\n"                                  \
               "  Actual: it does.")
