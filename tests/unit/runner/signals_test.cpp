#include "runner/signals.h"

#include <gtest/gtest.h>

#include <csignal>

namespace loads::runner {
namespace {

TEST(Signals, AreGivenOneAfterAnother) {
  Signals signals;
  EXPECT_FALSE(signals.poll());
  std::raise(SIGTERM);
  EXPECT_EQ(signals.poll(), SIGTERM);
  std::raise(SIGINT);
  EXPECT_EQ(signals.poll(), SIGINT);
  EXPECT_FALSE(signals.poll());
}

TEST(Signals, ThatNobodyAskedForAreDropped) {
  {
    const Signals signals;
    std::raise(SIGINT);
  }
  SUCCEED() << "this process lives";
}

TEST(SignalsDeathTest, HaveTheirOldMeaningAfterwards) {
  EXPECT_EXIT(
      {
        { const Signals signals; }
        std::raise(SIGTERM);
      },
      testing::KilledBySignal(SIGTERM), "");
}

}  // namespace
}  // namespace loads::runner
