#include <exception>
#include <iostream>
#include <string>
#include <vector>

#include "agent/run_agent.h"
#include "common/environment.h"
#include "common/failure.h"

namespace {

int report(int code, const std::string& message, const std::string& id) {
  std::cerr << "loads-agent: " << message << (id.empty() ? "" : " [" + id + "]") << '\n';
  return code;
}

}  // namespace

int main(int argc, char** argv) {
  try {
    return loads::agent::run_agent({argv + (argc > 0 ? 1 : 0), argv + argc}, loads::this_environment());
  } catch (const loads::Failure& failure) {
    return report(failure.code(), failure.what(), failure.id());
  } catch (const std::exception& error) {
    return report(loads::exit_code::internal, std::string("an error of ours: ") + error.what() + ". Please report it.", "internal");
  }
}
