// A feeder that is made when the module is loaded.
#include <loads/loads.h>

struct FedByAGlobal : loads::TestCase {};

static loads::Feeder rows = loads::csv("data/rows.csv", {.order = loads::Order::unique});

LOADS_TEST(FedByAGlobal, visits) { session.get("/", {.name = "row " + std::string(rows.next()["name"])}); }
