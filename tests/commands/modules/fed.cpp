// Tests that are fed with data: each row is the name of a request, so that the report says who took what.
#include <loads/loads.h>

struct Fed : loads::TestCase {
  void visit(loads::Feeder& rows) { session.get("/", {.name = "row " + std::string(rows.next()["name"])}); }
};

struct Circular : Fed {
  loads::Feeder rows = loads::csv("data/rows.csv");
};
LOADS_TEST(Circular, visits) { visit(rows); }

struct Sequential : Fed {
  loads::Feeder rows = loads::csv("data/rows.csv", {.order = loads::Order::sequential});
};
LOADS_TEST(Sequential, visits) { visit(rows); }

struct Unique : Fed {
  loads::Feeder rows = loads::csv("data/rows.csv", {.order = loads::Order::unique});
};
LOADS_TEST(Unique, visits) { visit(rows); }

struct OfAgents : Fed {
  loads::Feeder rows = loads::json("data/rows.json", {.order = loads::Order::sequential, .split = loads::Split::agents});
};
LOADS_TEST(OfAgents, visits) { visit(rows); }
