// What a visitor's session does beside single requests, for tests that compare it with Requests and curl: sessions_test.py says to whom.
#include <loads/loads.h>

struct Sessions : loads::TestCase {
  std::string home() { return user().variable("home"); }
  std::string away() { return user().variable("away"); }  // another name of the same server

  // Shows in the report what the test has seen.
  void see(const std::string& what) { incr_counter(what); }
  void see(const loads::Response& answer) {
    std::string text = std::to_string(answer.status_code()) + " " + std::string(answer.url());
    for (const loads::Response& before : answer.history()) text += " after " + std::to_string(before.status_code());
    see(text);
  }
};

LOADS_TEST(Sessions, redirects) {
  for (const char* method : {"GET", "POST", "PUT", "DELETE", "HEAD"}) {
    for (const char* status : {"301", "302", "303", "307", "308"}) {
      const bool body = method[0] == 'P';
      see(session.request(method, home() + "/redirect/" + status + "#part",
                          {.data = body ? loads::Data{{"a", "b c"}} : loads::Data(), .allow_redirects = true}));
    }
  }
}

LOADS_TEST(Sessions, credentials) {
  see(session.get(home() + "/to?/end", {.auth = {"anna", "secret"}}));
  see(session.get(home() + "/to?" + away() + "/end", {.auth = {"anna", "secret"}}));
  see(session.get(home() + "/to?" + away() + "/end", {.headers = {{"Authorization", "Token x"}}}));
  std::string with_user = home();
  see(session.get(with_user.insert(7, "bert:p%40ss@") + "/to?/end"));
}

LOADS_TEST(Sessions, cookies) {
  session.get(home() + "/set?a=1&b=2");
  session.get(home() + "/deep/set?c=3");
  session.get(home() + "/deep/er/page");
  session.get(away() + "/deep/er/page");
  session.get(home() + "/login?" + "d=4");
  session.get(home() + "/page", {.cookies = {{"extra", "5"}}});
  session.get(home() + "/set?a=;+Max-Age=0");
  session.cookies().set("own", "6");
  session.get(home() + "/page");
  session.get(away() + "/page");
  for (const loads::Cookie& cookie : session.cookies().list()) see(cookie.name + "=" + cookie.value);
}

LOADS_TEST(Sessions, uploads) {
  session.post(home() + "/upload", {.data = {{"user", "anna"}, {"n", "1"}},
                                    .files = {{.name = "report", .path = user().variable("file"), .type = "text/csv"},
                                              {.name = "note", .content = "some\r\ntext", .filename = "a \"b\".txt"},
                                              {.name = "plain", .content = "x"}}});
  session.post(home() + "/redirect/307", {.files = {{.name = "again", .content = "twice"}}});
}

LOADS_TEST(Sessions, digest) {
  for (const char* algorithm : {"MD5", "SHA-256"}) {
    for (int i = 0; i < 2; ++i) see(session.get(home() + "/digest?" + algorithm, {.auth = loads::DigestAuth("anna", "secret")}));
  }
  see(session.post(home() + "/digest?MD5", {.data = "body", .auth = loads::DigestAuth("anna", "secret")}));
  see(session.get(home() + "/digest?MD5", {.auth = loads::DigestAuth("anna", "wrong")}));
}

LOADS_TEST(Sessions, codings) {
  for (const char* coding : {"gzip", "deflate", "raw-deflate", "twice", "members"}) {
    see(coding + std::string(" ") + std::to_string(session.get(home() + "/coded?" + coding).text().size()));
  }
}

LOADS_TEST(Sessions, at_nginx) {
  const loads::Response page = session.get(home() + "/");
  see("packed as " + std::string(page.header("Content-Encoding")));
  see(std::to_string(page.text().size()) + " bytes");
  EXPECT_LT(page.size(), 1000U);
  see(session.get(home() + "/folder"));
  see(session.post(home() + "/see-other", {.data = "x"}));
  see(session.get(home() + "/old"));
  see(session.get(home() + "/old", {.auth = {"anna", "secret"}}));
  session.auth({"anna", "secret"});
  see(session.get(home() + "/private"));
}

LOADS_TEST(Sessions, loop) { session.get(home() + "/loop"); }

// Visits the pages that are given, one after another, for comparisons with curl.
LOADS_TEST(Sessions, visits) {
  std::string pages = user().variable("pages");
  while (!pages.empty()) {
    const std::string page = pages.substr(0, pages.find(' '));
    pages.erase(0, page.size() + 1);
    see(session.get(page));
  }
}
