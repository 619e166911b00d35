// Tests that leave something worth a look behind.
#include <loads/loads.h>

struct Exemplars : loads::TestCase {};

LOADS_TEST(Exemplars, slow_page) {
  for (int i = 0; i < 5; ++i) session.get("/");
  session.get("/slow/150?id=" + std::to_string(user().index()));
}

LOADS_TEST(Exemplars, fault_in_a_good_answer) {
  session.get("/", {.headers = {{"Authorization", "Bearer secret"}, {"X-Shop", "mine"}}});
  EXPECT_TRUE(session.get("/search").contains("a full shelf")) << "nothing to buy";
}

LOADS_TEST(Exemplars, bad_statuses) {
  EXPECT_EQ(session.get("/status/503").status_code(), 200);
  EXPECT_EQ(session.get("/status/404").status_code(), 200);
}

// Each agent of two has slow and failing exchanges of its own.
LOADS_TEST(Exemplars, of_each_agent) {
  const bool first = user().agent() == 0;
  session.get("/");
  session.get(first ? "/slow/400" : "/slow/800");
  EXPECT_EQ(session.get(first ? "/status/503" : "/status/404").status_code(), 200);
}
