// Tests whose classes say what they are judged by.
#include <loads/loads.h>

struct Judged : loads::TestCase {};

LOADS_TEST(Judged, front_page) { session.get("/"); }

LOADS_THRESHOLD(Judged, "hits>=1000");
LOADS_THRESHOLD(Judged, " p50<10s ");

struct Other : loads::TestCase {};

LOADS_TEST(Other, front_page) { session.get("/"); }

struct Misspelt : loads::TestCase {};

LOADS_TEST(Misspelt, front_page) { session.get("/"); }

LOADS_THRESHOLD(Misspelt, "p95<1");

struct Figures : loads::TestCase {};

LOADS_TEST(Figures, all) {
  session.get("/");
  incr_counter("bought");
  check("always", true);
  trend("items", 7.5);
}

LOADS_TEST(Figures, pause_and_fail) {
  sleep_for(20ms);
  EXPECT_EQ(session.get("/status/503").status_code(), 200);
}
