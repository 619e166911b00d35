#include <loads/cookies.h>

#include <gtest/gtest.h>

#include <loads/error.h>

#include "engine/user/standalone.h"

namespace loads {
namespace {

class CookiesOfAUser : public testing::Test {
 protected:
  CookiesOfAUser() { cookies_.clear(); }

  Cookies cookies_{user::standalone_user()};
};

TEST_F(CookiesOfAUser, AreSetReadAndErased) {
  EXPECT_FALSE(cookies_.contains("id"));
  cookies_.set("id", "1");
  EXPECT_EQ(cookies_.get("id"), "1");
  cookies_.set("id", "2");
  EXPECT_EQ(cookies_.get("id"), "2");
  EXPECT_EQ(cookies_.size(), 1U);
  cookies_.erase("id");
  EXPECT_EQ(cookies_.get("id", "none"), "none");
}

TEST_F(CookiesOfAUser, AreReadFromTheMostSpecificPath) {
  cookies_.set({.name = "id", .value = "root", .domain = "x.org"});
  cookies_.set({.name = "id", .value = "deep", .domain = "x.org", .path = "/deep"});
  EXPECT_EQ(cookies_.get("id"), "deep");
  const auto list = cookies_.list();
  ASSERT_EQ(list.size(), 2U);
  EXPECT_EQ(list[1].value, "root");
  cookies_.erase("id");
  EXPECT_EQ(cookies_.size(), 0U);
}

TEST_F(CookiesOfAUser, AreGoneWhenTheyHaveExpired) {
  cookies_.set({.name = "old", .value = "1", .expires = std::chrono::sys_seconds(std::chrono::seconds(1))});
  EXPECT_FALSE(cookies_.contains("old"));
}

TEST_F(CookiesOfAUser, HaveToFitAHeader) { EXPECT_THROW(cookies_.set("id", "1; 2"), InvalidRequest); }

}  // namespace
}  // namespace loads
