// The target can tell the shares of a run apart by the status that they ask for.
#include <csignal>
#include <string>

#include <loads/loads.h>

struct Shares : loads::TestCase {
  void visit() {
    session.get("/status/" + std::to_string(200 + user().agent()));
    sleep_for(20ms);  // so that a user makes 50 requests a second at most
  }
};

LOADS_TEST(Shares, visits) { visit(); }

// Of one share, each of its users in its hundredth run.
LOADS_TEST(Shares, crashes) {
  visit();
  if (user().agent() == 1 && user().runs() == 100) std::raise(SIGSEGV);
}
