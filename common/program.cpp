#include "common/program.h"

#include <exception>
#include <iostream>

#include "common/failure.h"

namespace loads {
namespace {

int report(const std::string& name, int code, const std::string& message, const std::string& id) {
  std::cerr << name << ": " << message << (id.empty() ? "" : " [" + id + "]") << '\n';
  return code;
}

}  // namespace

int run_program(const std::string& name, int argc, char** argv, const std::function<int(const std::vector<std::string>&)>& body) {
  try {
    return body({argv + (argc > 0 ? 1 : 0), argv + argc});
  } catch (const Failure& failure) {
    return report(name, failure.code(), failure.what(), failure.id());
  } catch (const std::exception& error) {
    return report(name, exit_code::internal, std::string("an error of ours: ") + error.what() + ". Please report it.", "internal");
  }
}

}  // namespace loads
