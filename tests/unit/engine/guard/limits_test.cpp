#include "engine/guard/limits.h"

#include <gtest/gtest.h>
#include <sys/resource.h>

#include "common/descriptors.h"
#include "common/failure.h"

namespace loads::guard {
namespace {

TEST(Descriptors, AreOnePerUserAndSomeForTheProcess) {
  EXPECT_EQ(descriptors_needed(5000, 2), 5072u);
  EXPECT_EQ(descriptors_needed(4294967295u, 1), 4294967363u);
}

TEST(Descriptors, ThatAreEnoughGiveNoMessage) {
  EXPECT_EQ(descriptor_shortage(952, 2, 1024), "");
  EXPECT_NE(descriptor_shortage(953, 2, 1024), "");
  EXPECT_EQ(descriptor_shortage(4294967295u, 64, RLIM_INFINITY), "");
}

TEST(Descriptors, TooFewSayHowManyAreNeededAndHowManyUsersFit) {
  EXPECT_EQ(descriptor_shortage(5000, 2, 1024),
            "5000 users need about 5100 open files, the limit here is 1024. Raise it: as root `ulimit -n 5100`, in a systemd unit "
            "LimitNOFILE=5100, in Docker --ulimit nofile=5100, or --users 900.");
  EXPECT_EQ(descriptor_shortage(1, 1, 16),
            "1 user needs about 100 open files, the limit here is 16. Raise it: as root `ulimit -n 100`, in a systemd unit "
            "LimitNOFILE=100, in Docker --ulimit nofile=100.");
}

TEST(Descriptors, UsersThatFitReallyFit) {
  for (const std::uint64_t limit : {73u, 80u, 100u, 256u, 1024u, 65536u}) {
    const std::uint32_t users = users_that_fit(limit, 2);
    EXPECT_GT(users, 0u) << limit;
    EXPECT_EQ(descriptor_shortage(users, 2, limit), "") << limit;
  }
  EXPECT_EQ(users_that_fit(72, 2), 0u);
  EXPECT_EQ(users_that_fit(0, 2), 0u);
}

// Puts the limits of this process back as they were.
class DescriptorLimit : public testing::Test {
 protected:
  DescriptorLimit() { getrlimit(RLIMIT_NOFILE, &before_); }
  ~DescriptorLimit() override { setrlimit(RLIMIT_NOFILE, &before_); }

  rlimit before_{};
};

TEST_F(DescriptorLimit, IsRaisedToTheHardOne) {
  rlimit low = before_;
  low.rlim_cur = 128;
  ASSERT_EQ(setrlimit(RLIMIT_NOFILE, &low), 0);
  EXPECT_EQ(raise_descriptor_limit(), before_.rlim_max);
  rlimit after{};
  getrlimit(RLIMIT_NOFILE, &after);
  EXPECT_EQ(after.rlim_cur, before_.rlim_max);
  EXPECT_EQ(after.rlim_max, before_.rlim_max);
}

TEST_F(DescriptorLimit, ThatIsTooLowEndsTheProgramWithItsExitCode) {
  if (before_.rlim_max == RLIM_INFINITY) GTEST_SKIP() << "this machine has no limit";
  try {
    require_descriptors(4294967295u, 2);
    FAIL() << "nobody can have so many open files";
  } catch (const Failure& failure) {
    EXPECT_EQ(failure.code(), exit_code::local_resource);
    EXPECT_EQ(failure.id(), "fds");
  }
  EXPECT_NO_THROW(require_descriptors(1, 1));
}

}  // namespace
}  // namespace loads::guard
