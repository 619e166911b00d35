// Tests that go wrong, most of them in their third run.
#include <cstdlib>
#include <stdexcept>

#include <loads/loads.h>

namespace {

volatile int zero = 0;
int* volatile nowhere = nullptr;

int deeper(int depth) {
  volatile char room[1024] = {};
  room[depth % 1024] = 1;
  return depth < 0 ? 0 : deeper(depth + 1) + room[0];
}

void promises_not_to_throw() noexcept { throw std::runtime_error("broken promise"); }  // NOLINT

struct Odd {};

}  // namespace

struct Crashes : loads::TestCase {
  // Two good runs, so that there is something to report.
  bool is_time() {
    session.get("/");
    return user().runs() > 2;
  }
};

LOADS_TEST(Crashes, overflow) {
  if (is_time()) trend("depth", deeper(1));
}
LOADS_TEST(Crashes, overflow_in_callback) {
  if (!is_time()) return;
  auto ws = create_ws("/ws", [this](const loads::Message&) { trend("depth", deeper(1)); });
  ws.send("a message");
  while (true) sleep_for(1s);
}
LOADS_TEST(Crashes, null_dereference) {
  if (is_time()) *nowhere = 1;
}
LOADS_TEST(Crashes, division) {
  if (is_time()) trend("quotient", 1000 / zero);
}
LOADS_TEST(Crashes, aborts) {
  if (is_time()) std::abort();
}
LOADS_TEST(Crashes, throws_from_noexcept) {
  if (is_time()) promises_not_to_throw();
}
LOADS_TEST(Crashes, exits) {
  if (is_time()) std::exit(7);
}
LOADS_TEST(Crashes, hangs) {
  if (is_time())
    while (zero == 0) {
    }
}
LOADS_TEST(Crashes, throws_int) {
  session.get("/");
  throw 42;
}
LOADS_TEST(Crashes, throws_struct) {
  session.get("/");
  throw Odd{};
}
LOADS_TEST(Crashes, throws_pointer) {
  session.get("/");
  throw "words";
}

struct Construction : loads::TestCase {
  Construction() { throw std::runtime_error("not made"); }
};
LOADS_TEST(Construction, visit) { session.get("/"); }

struct Destruction : loads::TestCase {
  ~Destruction() override { *nowhere = 1; }
};
LOADS_TEST(Destruction, visit) { session.get("/"); }

struct TearDowns : loads::TestCase {
  void TearDown() override { throw std::runtime_error("torn down"); }
};
LOADS_TEST(TearDowns, visit) { session.get("/"); }
