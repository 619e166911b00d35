#pragma once

#include <gtest/gtest-spi.h>

namespace loads::user {

// Takes GoogleTest's results on this thread as long as it lives, and gives each to the virtual user whose code runs at that moment.
class FailureReporter final : public testing::ScopedFakeTestPartResultReporter {
 public:
  FailureReporter() : ScopedFakeTestPartResultReporter(INTERCEPT_ONLY_CURRENT_THREAD, nullptr) {}
  void ReportTestPartResult(const testing::TestPartResult& result) override;
};

}  // namespace loads::user
