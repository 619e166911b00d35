// Tests whose figures are known beforehand.
#include <loads/loads.h>

struct Figures : loads::TestCase {
  void visit(const std::string& path, const char* name) { session.get(path, {.name = name}); }
};

LOADS_TEST(Figures, delays) {
  visit("/slow/20", "short");
  visit("/slow/60", "middle");
  visit("/slow/120", "long");
}

LOADS_TEST(Figures, sizes) {
  session.get("/bytes/100000");
  session.get("/chunked/30000");
  session.head("/bytes/5000");
}

LOADS_TEST(Figures, statuses) {
  for (const char* path : {"/status/201", "/status/204", "/status/404", "/status/503"}) static_cast<void>(session.get(path).status_code());
}

LOADS_TEST(Figures, own_figures) {
  const auto run = user().runs();
  incr_counter("visits");
  incr_counter("parts", 3);
  trend("run", static_cast<double>(run));
  check("is even", run % 2 == 0);
  session.get("/");
}

LOADS_TEST(Figures, who) { session.get("/user/" + std::to_string(user().index()), {.name = "user"}); }

// Its thread does nothing else meanwhile, so that all other things happen late: figures that are invalid, on any machine.
LOADS_TEST(Figures, hogs) {
  session.get("/");
  const auto end = std::chrono::steady_clock::now() + std::chrono::milliseconds(60);
  while (std::chrono::steady_clock::now() < end) {
  }
}
