#include "common/environment.h"
#include "common/program.h"
#include "runner/run.h"

int main(int argc, char** argv) {
  return loads::run_program("loads-runner", argc, argv,
                            [](const auto& arguments) { return loads::runner::run(arguments, loads::this_environment()); });
}
