#include <exception>
#include <iostream>
#include <string>
#include <vector>

#include "common/failure.h"
#include "runner/run.h"

namespace {

int report(int code, const std::string& message, const std::string& id) {
  std::cerr << "loads-runner: " << message << (id.empty() ? "" : " [" + id + "]") << '\n';
  return code;
}

}  // namespace

int main(int argc, char** argv) {
  try {
    return loads::runner::run({argv + (argc > 0 ? 1 : 0), argv + argc}, loads::runner::this_environment());
  } catch (const loads::Failure& failure) {
    return report(failure.code(), failure.what(), failure.id());
  } catch (const std::exception& error) {
    return report(loads::exit_code::internal, std::string("an error of ours: ") + error.what() + ". Please report it.", "internal");
  }
}
