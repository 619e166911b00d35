#include "common/version.h"

#include <gtest/gtest.h>

#include <cstdio>
#include <string>

#ifdef LOADS_VERSION
#error "the version is asked by its function; the macro stays within common"
#endif

namespace loads {
namespace {

TEST(Version, IsThreeNumbers) {
  int major = -1;
  int minor = -1;
  int patch = -1;
  char rest = 0;
  EXPECT_EQ(std::sscanf(std::string(version()).c_str(), "%d.%d.%d%c", &major, &minor, &patch, &rest), 3) << version();
  EXPECT_GE(major, 1);
}

}  // namespace
}  // namespace loads
