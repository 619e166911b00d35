#include "broker/run_broker.h"
#include "common/environment.h"
#include "common/program.h"

int main(int argc, char** argv) {
  return loads::run_program("loads-broker", argc, argv,
                            [](const auto& arguments) { return loads::broker::run_broker(arguments, loads::this_environment()); });
}
