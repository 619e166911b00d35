// What the users of the benchmark do: tests as a user of loads writes them.
#include <loads/loads.h>

struct Load : loads::TestCase {};

LOADS_TEST(Load, get) {
  auto answer = session.get("/");
  EXPECT_EQ(answer.status_code(), 200);
}

LOADS_TEST(Load, get_ten) {
  static const std::vector<loads::BatchRequest> ten(10, {"GET", "/"});
  for (const auto& answer : session.batch(ten)) EXPECT_EQ(answer.status_code(), 200);
}

LOADS_TEST(Load, get_large) {
  auto answer = session.get("/100k");
  EXPECT_EQ(answer.status_code(), 200);
  EXPECT_EQ(answer.size(), 100'000U);
}

// Users that are there and do nothing, without and with a connection: for their memory.
LOADS_TEST(Load, stay) { sleep_for(1h); }

LOADS_TEST(Load, get_and_stay) {
  session.get("/");
  sleep_for(1h);
}
