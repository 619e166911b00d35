// Cannot be loaded: its global is made then.
#include <stdexcept>

#include <loads/loads.h>

namespace {
struct Early {
  Early() { throw std::runtime_error("too early"); }
} early;
}  // namespace

struct Visits : loads::TestCase {};
LOADS_TEST(Visits, front_page) { session.get("/"); }
