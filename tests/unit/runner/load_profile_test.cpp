#include "runner/load_profile.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "common/failure.h"
#include "support/temporary_folder.h"

namespace loads::runner {
namespace {

using plan::Profile;
using plan::Seconds;
using testing::HasSubstr;
using testing::StartsWith;

class LoadProfileTest : public testing::Test {
 protected:
  LoadProfile of(const std::string& text) {
    folder_.write("day.csv", text);
    return read_load_profile(file_);
  }
  // Without the name of the file.
  std::string refusal(const std::string& text) {
    try {
      of(text);
      return "accepted";
    } catch (const Failure& failure) {
      EXPECT_EQ(failure.code(), exit_code::usage);
      return std::string(failure.what()).substr(("the profile " + file_ + " ").size());
    }
  }

  const TemporaryFolder folder_;
  const std::string file_ = (folder_.path() / "day.csv").string();
};

TEST_F(LoadProfileTest, RowsArePointsOfALine) {
  const LoadProfile users = of("seconds,users\n0,1\n1m,30\n");
  EXPECT_FALSE(users.of_rate);
  EXPECT_EQ(users.profile, Profile({{Seconds(0), 1}, {Seconds(60), 30}}));
  const LoadProfile rate = of("rate,what,seconds\n30/m,night,0\n500,day,90\n");
  EXPECT_TRUE(rate.of_rate);
  EXPECT_EQ(rate.profile, Profile({{Seconds(0), 0.5}, {Seconds(90), 500}}));
}

TEST_F(LoadProfileTest, WhatIsNoneIsRefusedWithTheReason) {
  EXPECT_THAT(refusal(""), StartsWith("cannot be read: "));
  EXPECT_THAT(refusal("seconds,load\n0,1\n"), StartsWith("lacks the column rate or users. It wants lines such as"));
  EXPECT_THAT(refusal("time,users\n0,1\n"), StartsWith("lacks the column seconds"));
  EXPECT_THAT(refusal("seconds,rate,users\n0,1,2\n9,1,2\n"), StartsWith("has both a rate and users"));
  EXPECT_THAT(refusal("seconds,users\n0,1\n"), StartsWith("makes no sense: a profile needs two points"));
  EXPECT_THAT(refusal("seconds,users\n0,1\nsoon,2\n"), StartsWith("has a time that is none, \"soon\""));
  EXPECT_THAT(refusal("seconds,users\n0,1\n9,-2\n"), HasSubstr("\"-2\" does not begin with a number"));
  EXPECT_THAT(refusal("seconds,users\n0,1\n9,30/m\n"), StartsWith("has a rate in its column users, \"30/m\""));
}

TEST_F(LoadProfileTest, AFolderAndNoFileAreRefused) {
  EXPECT_THROW(read_load_profile(folder_.path().string()), Failure);
  EXPECT_THROW(read_load_profile(file_), Failure);
}

}  // namespace
}  // namespace loads::runner
