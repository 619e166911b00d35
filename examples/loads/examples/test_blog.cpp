// A test that is installed with loads. It asks http://localhost:9200, or the server that --server-url names:
//
//   loads-runner loads.examples.test_blog.TestWebSite.test_something --hits 20 -u 10:20:30
#include <loads/loads.h>

struct TestWebSite : loads::TestCase {
  TestWebSite() { default_server_url("http://localhost:9200"); }
};

LOADS_TEST(TestWebSite, test_something) { session.get("/"); }

LOADS_TEST(TestWebSite, test_search) { EXPECT_TRUE(app.get("/search?q=loads").contains("Search")); }
