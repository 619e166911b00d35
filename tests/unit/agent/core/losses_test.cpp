#include "agent/core/losses.h"

#include <gtest/gtest.h>

namespace loads::agent {
namespace {

using namespace std::chrono_literals;

TEST(Losses, AreToldWithTheirTime) {
  Losses losses;
  losses.add("SIGKILL", 3s);
  EXPECT_EQ(losses.text(), "SIGKILL (after 00:03)");
  losses.replaced();
  EXPECT_EQ(losses.text(), "SIGKILL (after 00:03; another worker has gone on)");
}

TEST(Losses, OfOneKindAreCounted) {
  Losses losses;
  losses.add("SIGKILL", 1s);
  losses.replaced();
  losses.add("exit code 1", 2s);
  losses.replaced();
  losses.add("SIGKILL", 4s);
  const std::string other = "; exit code 1 (after 00:02; another worker has gone on)";
  EXPECT_EQ(losses.text(), "SIGKILL (2 times, the last after 00:04; another worker has gone on after each but the last)" + other);
  losses.replaced();
  EXPECT_EQ(losses.text(), "SIGKILL (2 times, the last after 00:04; another worker has gone on after each)" + other);
}

TEST(Losses, OfManyKindsAreNotAllTold) {
  Losses losses;
  for (int i = 0; i < 7; ++i) losses.add("exit code " + std::to_string(i), 1s);
  EXPECT_TRUE(losses.text().ends_with("exit code 4 (after 00:01); 7 times in all")) << losses.text();
}

}  // namespace
}  // namespace loads::agent
