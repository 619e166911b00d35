// Four errors: the first three are shown.
#include <loads/loads.h>

struct Visits : loads::TestCase {};
LOADS_TEST(Visits, front_page) {
  session.first_error("/");
  second_error();
  third_error();
  fourth_error();
}
