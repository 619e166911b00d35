// The main() of the test programs that loads_add_test() makes. GoogleTest itself is in libloads.
#include <gtest/gtest.h>

int main(int argc, char** argv) {
  testing::InitGoogleTest(&argc, argv);
  return RUN_ALL_TESTS();
}
