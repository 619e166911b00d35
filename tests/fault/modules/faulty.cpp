// Tests that do to their worker what must not harm its agent: all of them once a request was answered.
#include <sys/wait.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <string>
#include <vector>

#include <loads/loads.h>

namespace {

volatile int zero = 0;
int* volatile nowhere = nullptr;

int deeper(int depth) {
  volatile char room[1024] = {};
  room[depth % 1024] = 1;
  return depth < 0 ? 0 : deeper(depth + 1) + room[0];
}

}  // namespace

struct Faulty : loads::TestCase {
  void SetUp() override { session.get("/"); }
};

LOADS_TEST(Faulty, visits) {}
LOADS_TEST(Faulty, segmentation_fault) { *nowhere = 1; }
LOADS_TEST(Faulty, aborts) { std::abort(); }
LOADS_TEST(Faulty, exits) { std::exit(0); }
LOADS_TEST(Faulty, loops) {
  while (zero == 0) {
  }
}
LOADS_TEST(Faulty, overflows) { trend("depth", deeper(1)); }
LOADS_TEST(Faulty, floods) {
  const std::string line(4095, 'x');
  for (int i = 0; i < 50 * 256; ++i) std::puts(line.c_str());
}
LOADS_TEST(Faulty, forks) {
  for (;;) ::fork();
}
// A process that belongs to nobody, in a session of its own.
LOADS_TEST(Faulty, hides) {
  const pid_t child = ::fork();
  if (child == 0) {
    ::setsid();
    if (::fork() == 0) ::pause();
    ::_exit(0);
  }
  ::waitpid(child, nullptr, 0);
}
LOADS_TEST(Faulty, allocates) {
  std::vector<std::vector<char>> all;
  for (int i = 0; i < 10 * 1024; ++i) all.emplace_back(1 << 20, 'x');
  trend("size", static_cast<double>(all.size()));
}
