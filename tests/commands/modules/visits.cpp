// Tests that behave.
#include <atomic>
#include <cstdio>

#include <loads/loads.h>

namespace {

struct Witness {
  std::atomic<const char*> words;  // users on several threads write those of the module
  ~Witness() { std::fputs(words, stderr); }
};

thread_local Witness of_thread{""};
Witness of_module{""};

}  // namespace

struct Visits : loads::TestCase {};

LOADS_TEST(Visits, front_page) { EXPECT_EQ(session.get("/").status_code(), 200); }

LOADS_TEST(Visits, fails) { EXPECT_EQ(session.get("/status/503").status_code(), 200); }

LOADS_TEST(Visits, two_pages) {
  session.get("/slow/200");
  session.get("/search");
}

LOADS_TEST(Visits, short_pause) {
  session.get("/");
  sleep_for(20ms);
}

LOADS_TEST(Visits, long_pause) {
  session.get("/");
  sleep_for(10min);
}

LOADS_TEST(Visits, stalls) {
  const Witness witness{"unwound\n"};
  session.get("/stall");
}

LOADS_TEST(Visits, farewell) {
  struct Logout {
    loads::Session& session;
    ~Logout() {
      try {
        session.get("/logout");
      } catch (const loads::RequestFailed&) {
        std::fputs("no logout\n", stderr);
      }
    }
  };
  const Logout logout{session};
  session.get("/stall");
}

LOADS_TEST(Visits, globals) {
  of_thread.words = "end of a thread\n";
  of_module.words = "end of the module\n";
  session.get("/");
}
