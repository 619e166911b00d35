// A module of tests that do to their worker what tests do: most of them in their third run.
#include <sys/socket.h>
#include <unistd.h>

#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <string>

#include <loads/loads.h>

namespace {

volatile int zero = 0;

// Calls `act` for each descriptor of the process above stderr that is a Unix socket.
template <typename Act>
void for_each_unix_socket(Act&& act) {
  for (int descriptor = 3; descriptor < 256; ++descriptor) {
    int domain = 0;
    socklen_t size = sizeof domain;
    if (::getsockopt(descriptor, SOL_SOCKET, SO_DOMAIN, &domain, &size) == 0 && domain == AF_UNIX) act(descriptor);
  }
}

}  // namespace

struct Misbehaving : loads::TestCase {
  bool is_time() {
    session.get("/");
    return user().runs() > 2;
  }
};

LOADS_TEST(Misbehaving, visits) { session.get("/"); }
LOADS_TEST(Misbehaving, crashes) {
  if (is_time()) std::raise(SIGSEGV);  // what a sanitizer lets through
}
LOADS_TEST(Misbehaving, never_yields) {
  if (is_time())
    while (zero == 0) {
    }
}
LOADS_TEST(Misbehaving, exits) {
  if (is_time()) std::exit(7);
}
LOADS_TEST(Misbehaving, exits_at_once) {
  if (is_time()) {
    std::fputs("the disk is on fire\n", stderr);
    ::_exit(9);
  }
}
LOADS_TEST(Misbehaving, prints_100_megabytes) {
  session.get("/");
  const std::string line = std::string(1023, 'x') + "\n";
  for (int i = 0; i < 100 * 1024; ++i) std::fwrite(line.data(), 1, line.size(), stdout);
  std::fputs("that was all\n", stdout);
  std::fflush(stdout);
}
LOADS_TEST(Misbehaving, writes_to_the_agent) {
  if (is_time()) for_each_unix_socket([](int descriptor) { ::send(descriptor, "\xff\xff\xff\xff", 4, MSG_NOSIGNAL); });
}
LOADS_TEST(Misbehaving, closes_everything) {
  if (is_time()) for_each_unix_socket([](int descriptor) { ::close(descriptor); });
}
LOADS_TEST(Misbehaving, sleeps) {
  session.get("/");
  sleep_for(std::chrono::hours(1));
}
