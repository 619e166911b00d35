// A module that loads where its source lies beside it, at the console, and not at an agent: failure.txt says how it fails there.
#include <unistd.h>

#include <csignal>
#include <cstdlib>
#include <fstream>
#include <stdexcept>
#include <string>

#include <loads/loads.h>

namespace {

bool fail() {
  if (::access("console_only.cpp", F_OK) == 0) return true;
  std::string how;
  std::ifstream("failure.txt") >> how;
  if (how == "crash") std::raise(SIGSEGV);
  if (how == "exit") std::_Exit(0);
  if (how == "hang") ::sleep(600);
  throw std::runtime_error("only the console has what this needs");
}

const bool loaded = fail();

}  // namespace

struct ConsoleOnly : loads::TestCase {};
LOADS_TEST(ConsoleOnly, visits) { session.get("/"); }
