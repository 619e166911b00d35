// A module that loads where this file lies beside it, at the console, and not at an agent: how it fails there says the variable of the file
// "failure" of the bundle.
#include <unistd.h>

#include <csignal>
#include <cstdlib>
#include <fstream>
#include <stdexcept>
#include <string>

#include <loads/loads.h>

namespace {

volatile int zero = 0;

bool fail() {
  if (::access("console_only.cpp", F_OK) == 0) return true;
  std::string how;
  std::ifstream("failure.txt") >> how;
  if (how == "crash") std::raise(SIGSEGV);
  if (how == "exit") std::_Exit(0);
  if (how == "hang")
    while (zero == 0) {
    }
  throw std::runtime_error("only the console has what this needs");
}

const bool loaded = fail();

}  // namespace

LOADS_TEST(ConsoleOnly, visits) { session.get("/"); }
