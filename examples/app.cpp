// The user guide's tests with `app`, the client in the manner of WebTest. Start a server and run them:
//
//   loads-target --port 9200 &
//   loads-runner app.TestWebSite.test_something --server-url http://localhost:9200
//   loads-runner app.TestWebSite --server-url http://localhost:9200 -u 10 -c 5      # all of them
#include <loads/loads.h>

struct TestWebSite : loads::TestCase {};

// A status other than 2xx and 3xx is a failure without a word.
LOADS_TEST(TestWebSite, test_something) { EXPECT_TRUE(app.get("/").contains("Search")); }

// Unless it is the one that is expected.
LOADS_TEST(TestWebSite, test_nothing_there) { app.get("/status/404", {.status = 404}); }

// A form is filled in and submitted as its reader would; a link is clicked.
LOADS_TEST(TestWebSite, test_login) {
  auto page = app.get("/form");
  auto form = page.form("login");
  form["user"] = "anna";
  form["stay"] = true;
  auto answer = form.submit("go");
  answer.mustcontain({"user=anna", "stay=yes", "go=in"});
  EXPECT_TRUE(page.click("Search instead").contains("Search"));
}

// Redirects are followed when the test says so.
LOADS_TEST(TestWebSite, test_redirect) {
  auto answer = app.get("/redirect/2");
  EXPECT_EQ(answer.status_int(), 302);
  EXPECT_TRUE(answer.maybe_follow().contains("Search"));
}

// The server changes in the middle of a test, for this virtual user from now on.
LOADS_TEST(TestWebSite, test_new_server) {
  const std::string before = app.server_url();
  app.server_url(user().variable("new_server", before));  // -e new_server=http://...
  app.get("/");
  app.server_url(before);
}
