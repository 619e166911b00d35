// The user guide's first test. Start a server and run it:
//
//   loads-target --port 9200 &
//   loads-runner example.TestWebSite.test_es                    # once, to see that it works
//   loads-runner example.TestWebSite.test_es -u 100 -c 10       # 100 virtual users, each of them 10 times
//   loads-runner example.TestWebSite.test_es -u 10:20:30 --hits 20
//   loads-runner example.TestWebSite.test_app --server-url http://localhost:9200
//
// loads-runner compiles this file by itself, and keeps what it compiled until the file changes.
#include <loads/loads.h>

struct TestWebSite : loads::TestCase {};

// A request of the session. One without an answer makes the run an Error; whatever the answer is, it is fine with this test.
LOADS_TEST(TestWebSite, test_es) { session.get("http://localhost:9200"); }

// GoogleTest's assertions say what a good answer is. A run in which one of them fails is counted as a Failure.
LOADS_TEST(TestWebSite, test_status) {
  auto answer = session.get("http://localhost:9200", {.timeout = 2s});
  EXPECT_EQ(answer.status_code(), 200);
}

// `app` asks the server that --server-url names, and takes a status other than 2xx and 3xx for a failure by itself.
LOADS_TEST(TestWebSite, test_app) { EXPECT_TRUE(app.get("/").contains("Search")); }
