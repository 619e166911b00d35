// Cannot be loaded: its global is made then.

#include <loads/loads.h>

namespace {
struct Early {
  Early() { throw 42; }
} early;
}  // namespace

struct Visits : loads::TestCase {};
LOADS_TEST(Visits, front_page) { session.get("/"); }
