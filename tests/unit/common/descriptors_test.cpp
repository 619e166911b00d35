#include "common/descriptors.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/resource.h>

#include "common/descriptor.h"

namespace loads {
namespace {

TEST(Descriptors, AreCounted) {
  const auto before = open_descriptors();
  ASSERT_GT(before, 0u);
  {
    const Descriptor one(::open("/dev/null", O_RDONLY | O_CLOEXEC));
    const Descriptor two(::open("/dev/null", O_RDONLY | O_CLOEXEC));
    EXPECT_EQ(open_descriptors(), before + 2);
  }
  EXPECT_EQ(open_descriptors(), before);
}

TEST(Descriptors, MayBeAsManyAsTheHardLimitSays) {
  rlimit limit{};
  ASSERT_EQ(getrlimit(RLIMIT_NOFILE, &limit), 0);
  const rlimit lower{limit.rlim_max / 2, limit.rlim_max};
  ASSERT_EQ(setrlimit(RLIMIT_NOFILE, &lower), 0);
  EXPECT_EQ(raise_descriptor_limit(), limit.rlim_max);
  rlimit raised{};
  getrlimit(RLIMIT_NOFILE, &raised);
  EXPECT_EQ(raised.rlim_cur, limit.rlim_max);
  setrlimit(RLIMIT_NOFILE, &limit);
}

}  // namespace
}  // namespace loads
