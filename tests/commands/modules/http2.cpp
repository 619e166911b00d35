// Tests of HTTP/2 at a server that has / of two bytes, /large of 3,000,000, and takes uploads.
#include <loads/loads.h>

struct Http2 : loads::TestCase {};

LOADS_TEST(Http2, get) {
  const auto answer = session.get("/");
  EXPECT_EQ(answer.status_code(), 200);
  EXPECT_EQ(answer.http_version(), user().variable("VERSION", "HTTP/2"));
  EXPECT_EQ(answer.text(), "ok");
}

LOADS_TEST(Http2, large) {
  const auto answer = session.get("/large", {.max_body = 4'000'000});
  EXPECT_EQ(answer.text(), std::string(3'000'000, 'x'));
}

LOADS_TEST(Http2, upload) { EXPECT_EQ(session.post("/upload", {.data = std::string(3'000'000, 'y')}).status_code(), 200); }

LOADS_TEST(Http2, batch) {
  std::vector<loads::BatchRequest> requests;
  for (int i = 0; i < 30; ++i) requests.push_back({"GET", i % 10 == 0 ? "/large" : "/", {.name = "part", .max_body = 4'000'000}});
  const auto answers = session.batch(requests);
  EXPECT_EQ(answers.size(), 30U);
  for (std::size_t i = 0; i < answers.size(); ++i) EXPECT_EQ(answers[i].size(), i % 10 == 0 ? 3'000'000U : 2U);
}

LOADS_TEST(Http2, batch_of_which_one_fails) {
  EXPECT_THROW(session.batch({{"GET", "/"}, {"GET", "http://127.0.0.1:1/"}, {"GET", "/"}}), loads::ConnectionError);
  EXPECT_TRUE(session.batch({}).empty());
}
