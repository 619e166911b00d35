#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace loads::runner {

// The packages that a test in Python is to have beside what its Python has: --python-dep.
struct Packages {
  std::vector<std::string> names;             // as pip takes them: "httpx>=0.27"
  std::vector<std::filesystem::path> wheels;  // files
  bool no_index = false;                      // they are all there is

  bool empty() const { return names.empty() && wheels.empty(); }
};

// As they are given on the command line: the name of a package, a wheel, or a folder of wheels, which are then all there is. Throws
// Failure(usage).
Packages read_packages(const std::vector<std::string>& wanted);

// pip would take some names for options, or for files of the machine. Throws Failure(usage).
void check_package_name(const std::string& name);

}  // namespace loads::runner
