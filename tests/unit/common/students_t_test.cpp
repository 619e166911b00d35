#include "common/students_t.h"

#include <gtest/gtest.h>

namespace loads {
namespace {

// From the tables of any textbook.
TEST(StudentsT, HasTheQuantilesOfTheTables) {
  EXPECT_NEAR(students_t_quantile(1, 0.975), 12.706, 1e-3);
  EXPECT_NEAR(students_t_quantile(10, 0.95), 1.8125, 1e-4);
  EXPECT_NEAR(students_t_quantile(1e6, 0.975), 1.95997, 1e-4) << "a normal distribution's";
}

}  // namespace
}  // namespace loads
