#include <sys/resource.h>

#include <csignal>
#include <exception>
#include <iostream>

#include "common/failure.h"
#include "examples/target/server.h"

namespace {

void raise_descriptor_limit() {
  rlimit limit{};
  if (getrlimit(RLIMIT_NOFILE, &limit) == 0) {
    limit.rlim_cur = limit.rlim_max;
    setrlimit(RLIMIT_NOFILE, &limit);  // what there is has to do otherwise
  }
}

int run(int argc, char** argv) {
  const auto options = loads::target::parse_options(argc, argv);
  if (!options) {
    return loads::exit_code::passed;
  }
  raise_descriptor_limit();
  // Blocked before the server's threads start, which inherit it: only sigwait() below sees them.
  sigset_t ends;
  sigemptyset(&ends);
  sigaddset(&ends, SIGINT);
  sigaddset(&ends, SIGTERM);
  pthread_sigmask(SIG_BLOCK, &ends, nullptr);

  const loads::target::Server server(*options);
  std::cout << "target on " << options->address << ':' << server.port() << std::endl;
  int signal = 0;
  sigwait(&ends, &signal);
  return loads::exit_code::passed;
}

}  // namespace

int main(int argc, char** argv) {
  try {
    return run(argc, argv);
  } catch (const loads::Failure& failure) {
    std::cerr << "loads-target: " << failure.what() << '\n';
    return failure.code();
  } catch (const std::exception& trouble) {
    std::cerr << "loads-target: " << trouble.what() << '\n';
    return loads::exit_code::internal;
  }
}
