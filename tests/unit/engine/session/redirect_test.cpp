#include "engine/session/redirect.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <loads/error.h>

#include "unit/engine/session/site.h"

namespace loads::session {
namespace {

using support::message_of;
using testing::EndsWith;
using testing::HasSubstr;
using testing::Not;

http::Url url(std::string_view text) { return http::parse_url(text).url; }

TEST(Redirect, ChangesTheMethodAsRequestsDoes) {
  EXPECT_EQ(method_after(303, "PUT"), "GET");
  EXPECT_EQ(method_after(303, "HEAD"), "HEAD");
  EXPECT_EQ(method_after(302, "DELETE"), "GET");
  EXPECT_EQ(method_after(302, "HEAD"), "HEAD");
  EXPECT_EQ(method_after(301, "POST"), "GET");
  EXPECT_EQ(method_after(301, "PUT"), "PUT");
  EXPECT_EQ(method_after(307, "POST"), "POST");
  EXPECT_EQ(method_after(308, "POST"), "POST");
}

TEST(Redirect, TellsForeignersNoPasswords) {
  EXPECT_FALSE(drops_credentials(url("http://x.org/a"), url("http://x.org/b")));
  EXPECT_FALSE(drops_credentials(url("http://x.org/"), url("https://x.org/")));
  EXPECT_TRUE(drops_credentials(url("https://x.org/"), url("http://x.org/")));
  EXPECT_TRUE(drops_credentials(url("http://x.org/"), url("http://y.org/")));
  EXPECT_TRUE(drops_credentials(url("http://x.org/"), url("http://www.x.org/")));
  EXPECT_TRUE(drops_credentials(url("http://x.org/"), url("http://x.org:8080/")));
  EXPECT_TRUE(drops_credentials(url("http://x.org:8080/"), url("https://x.org/")));
  EXPECT_TRUE(drops_credentials(url("http://x.org/"), url("https://x.org:8443/")));
}

TEST(Redirect, LeadsToTheLocationAsItIsMeantOnThePage) {
  const http::Url from = url("http://x.org/a/b?c");
  EXPECT_EQ(url_after(from, "http://x.org/a/b?c", "d"), "http://x.org/a/d");
  EXPECT_EQ(url_after(from, "", "/d?e"), "http://x.org/d?e");
  EXPECT_EQ(url_after(from, "", "//y.org"), "http://y.org/");
  EXPECT_EQ(url_after(from, "", "https://anna:word@y.org/"), "https://y.org/");
  EXPECT_EQ(url_after(from, "", "/with space/\xc3\xa9"), "http://x.org/with%20space/%C3%A9");
}

TEST(Redirect, InheritsTheFragment) {
  const http::Url from = url("http://x.org/");
  EXPECT_EQ(url_after(from, "http://x.org/#old", "/a"), "http://x.org/a#old");
  EXPECT_EQ(url_after(from, "http://x.org/#old", "/a#new"), "http://x.org/a#new");
}

TEST(Redirect, ToNowhereIsAnInvalidAnswer) {
  for (const char* location : {"ftp://x.org/", "http://", "http://[", "http://a b/", "mailto:x"}) {
    EXPECT_THAT(message_of<InvalidAnswer>([&] { url_after(url("http://x.org/"), "", location); }),
                HasSubstr("the redirect of http://x.org/ leads nowhere: "))
        << location;
  }
}

class Redirects : public testing::Test {
 protected:
  Redirects() {
    for (const int status : {301, 302, 303, 307, 308}) {
      const std::string number = std::to_string(status);
      site_.page("/" + number, number + " Moved\r\nLocation: /end");
    }
    site_.page("/300", "300 Choose\r\nLocation: /end");
    site_.page("/no-location", "302 Found");
    site_.page("/empty-location", "302 Found\r\nLocation: ");
    site_.page("/loop", "302 Found\r\nLocation: /loop");
  }

  Site site_;
  Visitor visitor_;
};

TEST_F(Redirects, AreFollowedWithTheirHistory) {
  site_.page("/two", "302 Found\r\nLocation: 301?x");
  site_.page("/301?x", "301 Moved\r\nLocation: /end", "moved");
  const Response response = visitor_.get(site_.url("/two"));
  EXPECT_EQ(response.status_code(), 200);
  EXPECT_EQ(response.text(), "page");
  EXPECT_EQ(response.url(), site_.url("/end"));
  EXPECT_EQ(site_.lines(), "GET /two, GET /301?x, GET /end");
  const auto history = response.history();
  ASSERT_EQ(history.size(), 2U);
  EXPECT_EQ(history[0].status_code(), 302);
  EXPECT_EQ(history[0].url(), site_.url("/two"));
  EXPECT_EQ(history[1].text(), "moved");
  EXPECT_TRUE(history[1].history().empty());
}

TEST_F(Redirects, AreHitsOfTheirOwn) {
  visitor_.get(site_.url("/302"));
  EXPECT_EQ(visitor_.harness().stats("GET /302").answered, 1U);
  EXPECT_EQ(visitor_.harness().stats("GET /end").answered, 1U);
  EXPECT_TRUE(visitor_.harness().context.answers.take_unread_statuses().empty());
}

TEST_F(Redirects, OfANamedRequestHaveItsName) {
  visitor_.request("GET", site_.url("/302"), {.name = "shop"});
  EXPECT_EQ(visitor_.harness().stats("shop").answered, 1U);
  EXPECT_EQ(visitor_.harness().stats("shop (redirect)").answered, 1U);
}

TEST_F(Redirects, CanBeLeftAlone) {
  EXPECT_EQ(visitor_.request("GET", site_.url("/302"), {.allow_redirects = false}).status_code(), 302);
  EXPECT_EQ(visitor_.request("HEAD", site_.url("/302")).status_code(), 302) << "those of HEAD are by themselves";
  EXPECT_EQ(visitor_.request("HEAD", site_.url("/302"), {.allow_redirects = true}).url(), site_.url("/end"));
  for (const char* path : {"/300", "/no-location", "/empty-location"})
    EXPECT_EQ(visitor_.get(site_.url(path)).status_code() / 100, 3) << path;
}

TEST_F(Redirects, DropTheBodyOrKeepIt) {
  const RequestOptions options{.data = "abc", .headers = {{"Content-Type", "text/plain"}, {"X-Own", "1"}}};
  visitor_.request("POST", site_.url("/302"), options);
  EXPECT_THAT(site_.last(), testing::StartsWith("GET /end"));
  EXPECT_EQ(header(site_.last(), "Content-Type") + header(site_.last(), "Content-Length"), "nonenone");
  EXPECT_EQ(header(site_.last(), "X-Own"), "1");
  visitor_.request("PUT", site_.url("/301"), options);
  EXPECT_THAT(site_.last(), testing::StartsWith("PUT /end"));
  EXPECT_THAT(site_.last(), EndsWith("Content-Length: 0\r\n\r\n"));
  visitor_.request("POST", site_.url("/308"), options);
  EXPECT_THAT(site_.last(), testing::StartsWith("POST /end"));
  EXPECT_EQ(header(site_.last(), "Content-Type"), "text/plain");
  EXPECT_THAT(site_.last(), EndsWith("\r\n\r\nabc"));
}

TEST_F(Redirects, DropTheParametersOfTheFirstUrl) {
  site_.page("/302?a=1", "302 Found\r\nLocation: /end");
  visitor_.request("GET", site_.url("/302"), {.params = {{"a", "1"}}});
  EXPECT_EQ(site_.lines(), "GET /302?a=1, GET /end");
}

TEST_F(Redirects, SendFilesAgain) {
  visitor_.request("POST", site_.url("/307"), {.files = {{.name = "f", .content = "the file"}}});
  ASSERT_EQ(site_.requests().size(), 2U);
  EXPECT_THAT(site_.last(), HasSubstr("\r\n\r\nthe file\r\n--"));
}

TEST_F(Redirects, TellNobodyElseTheCredentials) {
  site_.page("/away", "302 Found\r\nLocation: " + site_.elsewhere("/end"));
  visitor_.client().set_header("Authorization", "session's");
  for (const RequestOptions& options :
       {RequestOptions{.headers = {{"Authorization", "own"}}}, RequestOptions{.auth = {"anna", "word"}}, RequestOptions{}}) {
    visitor_.request("GET", site_.url("/302"), options);
    EXPECT_NE(header(site_.last(), "Authorization"), "none");
    visitor_.request("GET", site_.url("/away"), options);
    EXPECT_EQ(header(site_.last(), "Authorization"), "none");
  }
  visitor_.get(site_.url());
  EXPECT_EQ(header(site_.last(), "Authorization"), "session's") << "the next request is another one";
}

TEST_F(Redirects, KeepTheCredentialsOfTheUrl) {
  std::string url = site_.url("/302");
  visitor_.get(url.insert(7, "anna:word@"));
  EXPECT_EQ(header(site_.last(), "Authorization"), "Basic YW5uYTp3b3Jk");
}

TEST_F(Redirects, WorkOutTheCookiesAnew) {
  site_.page("/login", "303 See Other\r\nSet-Cookie: id=1\r\nLocation: /end");
  visitor_.request("POST", site_.url("/login"), {.headers = {{"Cookie", "own=1"}}, .cookies = {{"extra", "2"}}});
  EXPECT_EQ(header(site_.requests()[0], "Cookie"), "own=1");
  EXPECT_EQ(header(site_.requests()[1], "Cookie"), "id=1; extra=2");
}

TEST_F(Redirects, TakeTheCookiesOfTheRequestToAnyHostAsRequestsDoes) {
  site_.page("/away", "302 Found\r\nLocation: " + site_.elsewhere("/end"));
  visitor_.request("GET", site_.url("/away"), {.cookies = {{"own", "1"}}});
  EXPECT_EQ(header(site_.last(), "Host"), "localhost:" + site_.url().substr(17, site_.url().size() - 18));
  EXPECT_EQ(header(site_.last(), "Cookie"), "own=1");
}

TEST_F(Redirects, QuoteNoMoreOfAUrlThanOneCanRead) {
  const std::string endless(40'000, 'x');
  site_.page("/far", "302 Found\r\nLocation: /far?" + endless);
  site_.page("/far?" + endless, "302 Found\r\nLocation: /far?" + endless);
  EXPECT_LT(message_of<TooManyRedirects>([&] { visitor_.get(site_.url("/far")); }).size(), 1000U);
  site_.page("/nowhere", "302 Found\r\nLocation: http://" + endless);
  EXPECT_LT(message_of<InvalidAnswer>([&] { visitor_.get(site_.url("/nowhere")); }).size(), 1000U);
  site_.page("/end?" + endless, "404 Not Found");
  site_.page("/missing", "302 Found\r\nLocation: /end?" + endless);
  EXPECT_LT(message_of<HttpError>([&] { visitor_.get(site_.url("/missing")).raise_for_status(); }).size(), 1000U);
}

TEST_F(Redirects, EndWhenTheyAreTooMany) {
  const std::string message = message_of<TooManyRedirects>([&] { visitor_.get(site_.url("/loop")); });
  EXPECT_EQ(message, "more than 30 redirects; the last leads from " + site_.url("/loop") + " to /loop");
  EXPECT_EQ(site_.requests().size(), 31U);
  EXPECT_EQ(visitor_.harness().stats("GET /loop").answered, 31U);
  const auto problems = visitor_.harness().recorder.slice().problems.worst_first();
  ASSERT_EQ(problems.size(), 1U);
  EXPECT_EQ(problems[0].message, message);
  EXPECT_EQ(problems[0].request, "GET /loop");
}

TEST_F(Redirects, AreAsManyAsTheSettingsAllow) {
  Visitor none({.max_redirects = 0});
  EXPECT_THROW(none.get(site_.url("/302")), TooManyRedirects);
  Visitor one({.max_redirects = 1});
  EXPECT_EQ(one.get(site_.url("/302")).status_code(), 200);
}

TEST_F(Redirects, ToNowhereAreTheTargetsFault) {
  site_.page("/nowhere", "302 Found\r\nLocation: ftp://x/");
  EXPECT_THROW(visitor_.get(site_.url("/nowhere")), InvalidAnswer);
  const auto problems = visitor_.harness().recorder.slice().problems.worst_first();
  ASSERT_EQ(problems.size(), 1U);
  EXPECT_EQ(problems[0].blame, metrics::ErrorClass::target);
}

TEST_F(Redirects, ToADeadServerAreErrorsOfIt) {
  site_.page("/dead", "302 Found\r\nLocation: http://127.0.0.1:" + std::to_string(support::unused_port()) + "/gone");
  EXPECT_THROW(visitor_.get(site_.url("/dead")), ConnectionError);
  EXPECT_EQ(visitor_.harness().stats("GET /dead").answered, 1U);
  EXPECT_EQ(visitor_.harness().stats("GET /gone").answered, 0U);
}

}  // namespace
}  // namespace loads::session
