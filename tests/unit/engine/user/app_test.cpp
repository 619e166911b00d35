// App against a real server: what it sends, what it makes of an answer and its page.

#include <loads/loads.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <mutex>
#include <string>
#include <vector>

#include "engine/user/standalone.h"
#include "support/client_harness.h"
#include "support/scripted_server.h"
#include "support/temporary_folder.h"

namespace loads::user {
namespace {

using support::message_of;
using support::Peer;
using support::ScriptedServer;
using testing::AllOf;
using testing::EndsWith;
using testing::HasSubstr;
using testing::Not;
using testing::SizeIs;
using testing::StartsWith;

std::string answer(const std::string& status, const std::string& body, const std::string& headers = {}) {
  return "HTTP/1.1 " + status + "\r\nContent-Type: text/html\r\n" + headers + "Content-Length: " + std::to_string(body.size()) +
         "\r\n\r\n" + body;
}

// A server with pages, which keeps what it was asked.
class Site {
 public:
  explicit Site(std::map<std::string, std::string> answers) : answers_(std::move(answers)) {}

  std::string url(std::string_view path = "") const { return server_.url(path); }
  std::string address() const { return server_.address(); }
  std::string last_request() {
    const std::lock_guard lock(mutex_);
    return last_;
  }
  std::string last_body() {
    const std::string request = last_request();
    return request.substr(request.find("\r\n\r\n") + 4);
  }
  std::string last_line() {
    const std::string request = last_request();
    return request.substr(0, request.find(" HTTP/1.1\r\n"));
  }

 private:
  void serve(Peer& peer) {
    while (true) {
      const std::string request = peer.read_request();
      const std::string path =
          request.substr(request.find(' ') + 1, request.find_first_of(" ?", request.find(' ') + 1) - request.find(' ') - 1);
      {
        const std::lock_guard lock(mutex_);
        last_ = request;
      }
      const auto found = answers_.find(path);
      peer.send(found == answers_.end() ? answer("404 Not Found", "<h1>No  such\n page</h1>") : found->second);
    }
  }

  std::map<std::string, std::string> answers_;
  std::mutex mutex_;
  std::string last_;
  ScriptedServer server_{[this](Peer& peer) { serve(peer); }};
};

class AppOnTheWire : public testing::Test {
 protected:
  AppOnTheWire() { app_.server_url(site_.url()); }

  Site site_{{
      {"/", answer("200 OK", "<h1>Search\n  here</h1>")},
      {"/cookie", answer("200 OK", "", "Set-Cookie: who=anna\r\n")},
      {"/json", answer("200 OK", R"({"ok": true})")},
      {"/made", answer("201 Created", "made")},
      {"/moved", answer("302 Found", "", "Location: /sub/links?from=moved\r\n")},
      {"/nowhere", answer("302 Found", "")},
      {"/round", answer("302 Found", "", "Location: round\r\n")},
      {"/sub/links", answer("200 OK",
                            "<a href='one?x=1&amp;y=2#part' id=first>One (1)</a> <a href='http://elsewhere.example/two'><b>Two</b> more</a>"
                            "<a href=mailto:x@y>Mail</a><button onclick=\"location.href='/made'\" id=go>Go</button>")},
      {"/sub/one", answer("200 OK", "one")},
      {"/two", answer("200 OK", "two")},
      {"/login", answer("200 OK",
                        "<form id=login method=post action='/made?to=x'><input name=user><input type=checkbox name=stay value=1>"
                        "<select name=land><option value=de>Germany<option value=fr>France</select><button name=go value='In &amp; "
                        "out'>In</button></form>"
                        "<form id=search action=/two><input name=q value='a b'></form>")},
      {"/upload", answer("200 OK",
                         "<form method=post action=/made enctype=multipart/form-data><input name=a value=1><input type=file name=doc>"
                         "<input name=b value=2></form>")},
      {"/deep", answer("200 OK",
                       [] {
                         std::string html;
                         for (int i = 0; i < 60'000; ++i) html += "<div>";
                         return html;
                       }())},
  }};
  App app_{standalone_user()};
};

TEST_F(AppOnTheWire, ParametersGoWhereWebTestPutsThem) {
  app_.get("/", {.params = {{"q", "a b"}, {"n", "\xC3\xA9"}}});
  EXPECT_EQ(site_.last_line(), "GET /?q=a+b&n=%C3%A9");
  app_.get("/?x=1", {.params = "raw=1"});
  EXPECT_EQ(site_.last_line(), "GET /?x=1&raw=1");
  app_.post("/", {.params = {{"q", "a b"}, {"n", "1"}}});
  EXPECT_EQ(site_.last_body(), "q=a+b&n=1");
  EXPECT_THAT(site_.last_request(), HasSubstr("\r\nContent-Type: application/x-www-form-urlencoded\r\n"));
  app_.put("/", {.params = "bytes", .content_type = "text/plain"});
  EXPECT_EQ(site_.last_body(), "bytes");
  EXPECT_THAT(site_.last_request(), HasSubstr("\r\nContent-Type: text/plain\r\n"));
  app_.delete_("/", {.params = {{"a", "b"}}});
  EXPECT_EQ(site_.last_body(), "a=b");
}

TEST_F(AppOnTheWire, JsonIsSent) {
  EXPECT_EQ(app_.post_json("/json", {{"q", "loads"}, {"n", 3}}, {.status = 200}).json()["ok"], true);
  EXPECT_EQ(site_.last_body(), R"({"n":3,"q":"loads"})");
  EXPECT_THAT(site_.last_request(), HasSubstr("\r\nContent-Type: application/json\r\n"));
  app_.put_json("/json", Json::array({1, 2}));
  EXPECT_EQ(site_.last_line() + site_.last_body(), "PUT /json[1,2]");
  app_.patch_json("/json", "[3]", {.content_type = "application/merge-patch+json"});
  EXPECT_THAT(site_.last_request(), AllOf(StartsWith("PATCH /json"), HasSubstr("application/merge-patch+json"), EndsWith("[3]")));
  app_.delete_json("/json", Json());
  EXPECT_EQ(site_.last_line() + site_.last_body(), "DELETE /jsonnull");
}

TEST_F(AppOnTheWire, ScriptsRequestsAreMarked) {
  app_.get("/", {.headers = {{"Accept", "text/html"}}, .xhr = true});
  EXPECT_THAT(site_.last_request(), AllOf(HasSubstr("\r\nX-Requested-With: XMLHttpRequest\r\n"), HasSubstr("\r\nAccept: text/html\r\n")));
}

TEST_F(AppOnTheWire, AnotherStatusThanExpectedIsAFailure) {
  EXPECT_EQ(message_of<AppError>([&] { app_.get("/none?x=1"); }),
            "Bad response: 404 Not Found (not 200 OK or 3xx redirect for " + site_.url("/none?x=1") + ")\n<h1>No  such\n page</h1>");
  EXPECT_THAT(message_of<AppError>([&] { app_.get("/", {.status = 404}); }), StartsWith("Bad response: 200 OK (not 404 for "));
  EXPECT_THAT(message_of<AppError>([&] {
                app_.get("/", {.status = {201, 204}});
              }),
              StartsWith("Bad response: 200 OK (not one of 201, 204 for "));
  EXPECT_THAT(message_of<AppError>([&] { app_.get("/", {.status = "4*"}); }), StartsWith("Bad response: 200 OK (not 4* for "));
}

TEST_F(AppOnTheWire, TheStatusThatIsExpectedIsNone) {
  EXPECT_EQ(app_.get("/none", {.status = 404}).status(), "404 Not Found");
  EXPECT_EQ(app_.get("/none", {.status = {200, 404}}).status_int(), 404);
  for (const char* pattern : {"4*", "*", "404", "404 Not Found", "404 not*"}) app_.get("/none", {.status = pattern});
  EXPECT_EQ(app_.get("/none", {.expect_errors = true}).status_code(), 404);
  EXPECT_EQ(app_.get("/moved").status_int(), 302) << "redirects are answers like others";
}

TEST_F(AppOnTheWire, TheBodyIsSearchedWithAndWithoutItsBlanks) {
  const AppResponse response = app_.get("/");
  EXPECT_TRUE(response.contains("Search"));
  EXPECT_TRUE(response.contains("Search\n  here"));
  EXPECT_TRUE(response.contains("Search here"));
  EXPECT_FALSE(response.contains("Find"));
  EXPECT_EQ(response.normal_body(), "<h1>Search here</h1>");
  response.mustcontain({"Search", "here"}, {.no = {"Find"}});
  EXPECT_EQ(message_of<AppError>([&] { response.mustcontain("Find"); }), "the body of " + site_.url("/") + " does not contain \"Find\"");
  EXPECT_EQ(message_of<AppError>([&] { response.mustcontain({}, {.no = {"Search"}}); }),
            "the body of " + site_.url("/") + " contains \"Search\"");
}

TEST_F(AppOnTheWire, RedirectsAreFollowedWhenAsked) {
  EXPECT_EQ(app_.get("/moved").follow().url(), site_.url("/sub/links?from=moved"));
  EXPECT_EQ(app_.get("/moved").maybe_follow().status_int(), 200);
  EXPECT_EQ(app_.get("/").maybe_follow().url(), site_.url("/"));
  EXPECT_EQ(message_of<AppError>([&] { app_.get("/").follow(); }),
            "only redirects can be followed: " + site_.url("/") + " answered 200 OK");
  EXPECT_EQ(message_of<AppError>([&] { app_.get("/nowhere").follow(); }), site_.url("/nowhere") + " answered 302 Found without a Location");
  EXPECT_EQ(message_of<AppError>([&] { app_.get("/round").maybe_follow(); }), "redirected 100 times, and no end: " + site_.url("/round"));
}

TEST_F(AppOnTheWire, LinksAreClicked) {
  const AppResponse page = app_.get("/sub/links");
  EXPECT_EQ(page.click("One (1)").body(), "one") << "text that is no expression";
  EXPECT_EQ(site_.last_line(), "GET /sub/one?x=1&y=2");
  EXPECT_THAT(site_.last_request(), HasSubstr("\r\nReferer: " + site_.url("/sub/links") + "\r\n"));
  EXPECT_EQ(page.click("^Two").body(), "two") << "the host is that of the server under test";
  EXPECT_EQ(page.click("Two more").body(), "two") << "tags within do not matter";
  EXPECT_EQ(page.click({.linkid = "fir.t"}).body(), "one");
  EXPECT_EQ(page.click({.href = "x=\\d"}).body(), "one");
  EXPECT_EQ(page.click({.index = 1}).body(), "two");
  EXPECT_EQ(page.clickbutton("Go").body(), "made");
  EXPECT_EQ(page.clickbutton({.buttonid = "go"}).body(), "made");
  EXPECT_EQ(page.goto_("/json").status_int(), 200);
}

TEST_F(AppOnTheWire, LinksThatAreNotThereAreFailures) {
  const AppResponse page = app_.get("/sub/links");
  EXPECT_EQ(message_of<AppError>([&] { page.click("Three"); }), "no link matches, of 3 links on the page");
  EXPECT_EQ(message_of<AppError>([&] { page.click("e"); }),
            "2 links match: one?x=1&y=2#part (One (1)), http://elsewhere.example/two (Two more). Say which by its index");
  EXPECT_EQ(message_of<AppError>([&] { page.click({.description = "e", .index = 2}); }),
            "the index 2 is too large: 2 links match, of 3 on the page");
  EXPECT_EQ(message_of<AppError>([&] { page.clickbutton("Stop"); }), "no button matches, of 1 button on the page");
  EXPECT_THAT(message_of<AppError>([&] { page.click("Mail"); }), StartsWith("a link on " + site_.url("/sub/links") + " leads nowhere"));
}

TEST_F(AppOnTheWire, FormsAreFilledInAndSubmitted) {
  const AppResponse page = app_.get("/login");
  EXPECT_THAT(page.forms(), SizeIs(2));
  Form form = page.form("login");
  form["user"] = "anna & \xC3\xA9";
  form["stay"] = true;
  form["land"].select_text("France");
  EXPECT_EQ(page.form(0)["user"].value(), "anna & \xC3\xA9") << "what is filled in stays";
  EXPECT_EQ(form.submit("go", {}, {.status = 201}).body(), "made");
  EXPECT_EQ(site_.last_line(), "POST /made?to=x");
  EXPECT_EQ(site_.last_body(), "user=anna+%26+%C3%A9&stay=1&land=fr&go=In+%26+out");
  EXPECT_THAT(site_.last_request(), AllOf(HasSubstr("\r\nContent-Type: application/x-www-form-urlencoded\r\n"),
                                          HasSubstr("\r\nReferer: " + site_.url("/login") + "\r\n")));
  page.form(1).submit();
  EXPECT_EQ(site_.last_line(), "GET /two?q=a+b");
}

TEST_F(AppOnTheWire, FilesAreUploadedInTheOrderOfTheForm) {
  const AppResponse page = app_.get("/upload");
  page.form().submit();
  EXPECT_THAT(site_.last_body(), HasSubstr("name=\"doc\"; filename=\"\"\r\nContent-Type: application/octet-stream\r\n\r\n\r\n"));
  page.form()["doc"] = Upload("a \"b\".txt", "content", "text/plain");
  page.form().submit();
  const std::string body = site_.last_body();
  const std::string boundary = body.substr(2, body.find("\r\n") - 2);
  EXPECT_GE(boundary.size(), 32U);
  EXPECT_THAT(site_.last_request(), HasSubstr("\r\nContent-Type: multipart/form-data; boundary=" + boundary + "\r\n"));
  EXPECT_EQ(body, "--" + boundary + "\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n1\r\n--" + boundary +
                      "\r\nContent-Disposition: form-data; name=\"doc\"; filename=\"a %22b%22.txt\"\r\nContent-Type: text/plain\r\n\r\n" +
                      "content\r\n--" + boundary + "\r\nContent-Disposition: form-data; name=\"b\"\r\n\r\n2\r\n--" + boundary + "--\r\n");
}

TEST_F(AppOnTheWire, FilesAreReadFromTheDisk) {
  const TemporaryFolder folder;
  const std::string file = folder.write("report.csv", "1,2\n").string();
  const AppResponse page = app_.get("/upload");
  page.form()["doc"] = Upload(file);
  page.form().submit();
  EXPECT_THAT(site_.last_body(), HasSubstr("filename=\"report.csv\"\r\nContent-Type: application/octet-stream\r\n\r\n1,2\n\r\n"));
  page.form()["doc"] = Upload(file + ".not");
  EXPECT_EQ(message_of<AppError>([&] { page.form().submit(); }), "the file " + file + ".not cannot be sent: No such file or directory");
}

TEST_F(AppOnTheWire, FormsThatAreNotThereAreFailures) {
  EXPECT_EQ(message_of<AppError>([&] { app_.get("/").form(); }), "there is no form on " + site_.url("/"));
  EXPECT_EQ(message_of<AppError>([&] { app_.get("/login").form(); }),
            "there are 2 forms on " + site_.url("/login") + ": say which, by index or id");
  EXPECT_THAT(message_of<AppError>([&] { app_.get("/login").form("x"); }), EndsWith(": there are \"login\", \"search\""));
  EXPECT_THAT(message_of<AppError>([&] { app_.get("/login").form(2); }),
              EndsWith("with the index 2 on " + site_.url("/login") + ", which has 2"));
}

TEST_F(AppOnTheWire, APageThatCannotBeReadIsAFailure) {
  EXPECT_EQ(message_of<AppError>([&] { app_.get("/deep").form(); }),
            site_.url("/deep") + " cannot be used: its HTML is too large, or nested too deep, to be read");
}

TEST_F(AppOnTheWire, CredentialsOfTheServerUrlGoWithEveryStep) {
  app_.server_url("http://anna:word@" + site_.address());
  const AppResponse page = app_.get("/sub/links");
  page.click("One");
  EXPECT_THAT(site_.last_request(), HasSubstr("\r\nAuthorization: Basic YW5uYTp3b3Jk\r\n"));
  app_.get("/moved").follow();
  EXPECT_THAT(site_.last_request(), HasSubstr("\r\nAuthorization: Basic YW5uYTp3b3Jk\r\n"));
  app_.server_url(site_.url());
  page.click("One");
  EXPECT_THAT(site_.last_request(), Not(HasSubstr("Authorization")));
}

TEST_F(AppOnTheWire, CookiesAreThoseOfTheSession) {
  app_.get("/cookie");
  EXPECT_EQ(app_.cookies().get("who"), "anna");
  app_.get("/");
  EXPECT_THAT(site_.last_request(), HasSubstr("\r\nCookie: who=anna\r\n"));
  Session(standalone_user()).get(site_.url("/"));
  EXPECT_THAT(site_.last_request(), HasSubstr("\r\nCookie: who=anna\r\n"));
  app_.reset();
  app_.set_cookie("own", "1");
  app_.get("/");
  EXPECT_THAT(site_.last_request(), HasSubstr("\r\nCookie: own=1\r\n"));
  app_.reset();
  app_.get("/");
  EXPECT_THAT(site_.last_request(), Not(HasSubstr("Cookie:")));
}

TEST_F(AppOnTheWire, AuthorizationGoesWithLaterRequests) {
  app_.authorization({"anna", "word"});
  app_.get("/");
  EXPECT_THAT(site_.last_request(), HasSubstr("\r\nAuthorization: Basic YW5uYTp3b3Jk\r\n"));
  app_.authorization(BearerAuth("token"));
  app_.get("/");
  EXPECT_THAT(site_.last_request(), HasSubstr("\r\nAuthorization: Bearer token\r\n"));
  app_.authorization({});
  app_.get("/");
  EXPECT_THAT(site_.last_request(), Not(HasSubstr("Authorization:")));
}

TEST_F(AppOnTheWire, FilesAreUploadedWithoutAForm) {
  app_.post("/made", {.params = {{"a", "1"}}, .upload_files = {{.name = "doc", .content = "text", .filename = "a.txt"}}});
  EXPECT_THAT(site_.last_body(),
              AllOf(HasSubstr("name=\"a\"\r\n\r\n1\r\n"), HasSubstr("name=\"doc\"; filename=\"a.txt\"\r\n\r\ntext\r\n")));
}

TEST_F(AppOnTheWire, TheServerChangesInTheMiddleOfATest) {
  const Site other({{"/", answer("200 OK", "the other one")}});
  const AppResponse page = app_.get("/sub/links");
  app_.server_url(other.url());
  EXPECT_EQ(app_.server_url(), other.url());
  EXPECT_EQ(app_.get("/").body(), "the other one");
  EXPECT_EQ(page.click("One").body(), "one") << "a page is read on where it came from";
}

TEST_F(AppOnTheWire, WithoutAServerThereIsAClearError) {
  app_.server_url("");
  EXPECT_EQ(message_of<InvalidRequest>([&] { app_.get("/"); }),
            "app has no server to talk to: give --server-url, or call app.server_url(\"http://...\") first");
}

}  // namespace
}  // namespace loads::user
