#include "observer/tell.h"

#include <gtest/gtest.h>

namespace loads::observer {
namespace {

constexpr auto kNotCancelled = [] { return false; };

// The kernel starts nothing that has a variable of more than 128 KiB.
TEST(TellCommand, ALongMessageIsCutInTheEnvironmentAndWholeInTheJson) {
  RunEnd end;
  end.run = "4f1c09ab";
  end.message = std::string(300'000, '#');
  const proto::Observer observer{"command", {}, {}, {}, {}, "echo ${#LOADS_MESSAGE} $(tr -cd '#' | wc -c); exit 7"};
  EXPECT_EQ(tell(observer, end, kNotCancelled).trouble, "the command ended with exit code 7: 16384 300000");
}

}  // namespace
}  // namespace loads::observer
