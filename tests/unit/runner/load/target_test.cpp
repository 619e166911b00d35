#include "runner/load/target.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/refusal.h"

namespace loads::runner {
namespace {

using testing::ElementsAre;

std::string url_of(const std::string& text) {
  const Target target = read_target(text);
  const auto* url = std::get_if<UrlTarget>(&target);
  return url == nullptr ? "no URL" : url->url;
}

TEST(ReadTarget, UrlsHaveAScheme) {
  EXPECT_EQ(url_of("http://localhost:9200/"), "http://localhost:9200/");
  EXPECT_EQ(url_of("https://example.com/a.cpp"), "https://example.com/a.cpp");
  EXPECT_FALSE(std::get<UrlTarget>(read_target("http://a/")).scheme_added);
}

TEST(ReadTarget, HostsWithoutASchemeAreHttp) {
  EXPECT_EQ(url_of("localhost:9200"), "http://localhost:9200");
  EXPECT_EQ(url_of("localhost:9200/x?y=1"), "http://localhost:9200/x?y=1");
  EXPECT_EQ(url_of("localhost"), "http://localhost");
  EXPECT_EQ(url_of("localhost/x"), "http://localhost/x");
  EXPECT_EQ(url_of("www.example.com/"), "http://www.example.com/");
  EXPECT_EQ(url_of("127.0.0.1"), "http://127.0.0.1");
  EXPECT_EQ(url_of("[::1]:8080/"), "http://[::1]:8080/");
  EXPECT_EQ(url_of("anna:s3cret@localhost:9200/"), "http://anna:s3cret@localhost:9200/");
  EXPECT_TRUE(std::get<UrlTarget>(read_target("localhost:9200")).scheme_added);
}

TEST(ReadTarget, DottedNamesAreKeptInParts) {
  EXPECT_THAT(std::get<DottedTarget>(read_target("example.TestWebSite.test_es")).parts, ElementsAre("example", "TestWebSite", "test_es"));
  EXPECT_THAT(std::get<DottedTarget>(read_target("example")).parts, ElementsAre("example"));
}

TEST(ReadTarget, LettersBeyondAsciiAreLetters) {
  EXPECT_THAT(std::get<DottedTarget>(read_target("tëst.Ö.test_ß")).parts, ElementsAre("tëst", "Ö", "test_ß"));
}

TEST(ReadTarget, APasswordIsNotRepeated) {
  EXPECT_THAT(refusal([] { read_target("anna:s3cret@ho st"); }).message, testing::Not(testing::HasSubstr("s3cret")));
}

TEST(ReadTarget, FilesMayNameAClassAndATest) {
  const auto whole = std::get<FileTarget>(read_target("path/to/example.cpp:TestWebSite.test_es"));
  EXPECT_EQ(whole.file, "path/to/example.cpp");
  EXPECT_EQ(whole.class_name, "TestWebSite");
  EXPECT_EQ(whole.test_name, "test_es");
  const auto class_only = std::get<FileTarget>(read_target("./build.d/libexample.so:TestWebSite"));
  EXPECT_EQ(class_only.file, "./build.d/libexample.so");
  EXPECT_EQ(class_only.test_name, "");
  EXPECT_EQ(std::get<FileTarget>(read_target("example.cpp")).class_name, "");
  EXPECT_EQ(std::get<FileTarget>(read_target("/tmp/a b.py:T.t")).file, "/tmp/a b.py");
}

TEST(ReadTarget, NonsenseIsRefused) {
  for (const char* text : {"", ".", "a..b", "example.TestWebSite.", ".cpp", "a b", "example.cpp:", "example.cpp:A.b.c", "-", "a/b/c", "a:b",
                           ":80", "1.2.3", "../x/"}) {
    EXPECT_EQ(refusal([&] { read_target(text); }).code, exit_code::usage) << text;
  }
}

}  // namespace
}  // namespace loads::runner
