#include "agent/run_agent.h"
#include "common/environment.h"
#include "common/program.h"

int main(int argc, char** argv) {
  return loads::run_program("loads-agent", argc, argv,
                            [](const auto& arguments) { return loads::agent::run_agent(arguments, loads::this_environment()); });
}
