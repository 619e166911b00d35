#include "runner/compile/depfile.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace loads::runner {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

TEST(Depfile, NamesArePrerequisitesOverSeveralLines) {
  EXPECT_THAT(read_depfile("/tmp/module.so: example.cpp \\\n /usr/include/loads/loads.h \\\n  helper.h\n"),
              ElementsAre("example.cpp", "/usr/include/loads/loads.h", "helper.h"));
}

TEST(Depfile, EscapesOfMakeAreUndone) {
  EXPECT_THAT(read_depfile("m.so: my\\ file.cpp a$$b.h c\\#d.h e\\f.h\n"), ElementsAre("my file.cpp", "a$b.h", "c#d.h", "e\\f.h"));
}

TEST(Depfile, WhatIsNoRuleHasNoNames) {
  EXPECT_THAT(read_depfile(""), IsEmpty());
  EXPECT_THAT(read_depfile("nonsense"), IsEmpty());
  EXPECT_THAT(read_depfile("m.so: \\\n"), IsEmpty());
}

}  // namespace
}  // namespace loads::runner
