// A module that compiles and cannot be loaded.
#include <loads/loads.h>

int defined_nowhere();

struct MissingSymbol : loads::TestCase {};

LOADS_TEST(MissingSymbol, visits) {
  session.get("/");
  trend("number", defined_nowhere());
}
