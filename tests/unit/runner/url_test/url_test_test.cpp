#include "runner/url_test/url_test.h"

#include <gtest/gtest.h>

#include "support/refusal.h"

namespace loads::runner {
namespace {

TEST(UrlTest, IsNamedAfterWhatItSends) {
  EXPECT_STREQ(make_url_test({"http://localhost:9200/", "", {}})->test_name, "GET http://localhost:9200/");
  EXPECT_STREQ(make_url_test({"http://localhost/", "delete", {}})->test_name, "DELETE http://localhost/");
  EXPECT_STREQ(make_url_test({"http://localhost/", "", {}})->class_name, "url");
  EXPECT_STREQ(make_url_test({"http://anna:s3cret@localhost/", "", {}})->test_name, "GET http://localhost/") << "and no secret";
}

TEST(UrlTest, DataIsPostedUnlessAMethodIsGiven) {
  EXPECT_EQ(method_of({"http://localhost/", "", "x=1"}), "POST");
  EXPECT_EQ(method_of({"http://localhost/", "put", "x=1"}), "PUT");
  EXPECT_EQ(method_of({"http://localhost/", "", {}}), "GET");
}

TEST(UrlTest, WhatCannotBeSentIsRefusedBefore) {
  EXPECT_EQ(refusal([] { make_url_test({"http://", "", {}}); }).code, exit_code::usage);
  EXPECT_EQ(refusal([] { make_url_test({"ftp://localhost/", "", {}}); }).code, exit_code::usage);
  EXPECT_EQ(refusal([] { make_url_test({"ws://localhost/", "", {}}); }).code, exit_code::usage);
  EXPECT_EQ(refusal([] { make_url_test({"http://localhost/", "GET /x", {}}); }).code, exit_code::usage);
}

}  // namespace
}  // namespace loads::runner
