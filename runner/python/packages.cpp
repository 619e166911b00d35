#include "runner/python/packages.h"

#include <algorithm>
#include <cctype>

#include "common/failure.h"

namespace loads::runner {
namespace {

namespace fs = std::filesystem;

[[noreturn]] void refuse(const std::string& name, const std::string& why) {
  throw Failure(exit_code::usage, "--python-dep " + name + ": " + why + ".", "python-dep");
}

bool is_wheel(const fs::path& path) { return path.extension() == ".whl"; }

std::vector<fs::path> wheels_in(const fs::path& folder) {
  std::vector<fs::path> wheels;
  for (const auto& entry : fs::directory_iterator(folder)) {
    if (entry.is_regular_file() && is_wheel(entry.path())) wheels.push_back(fs::absolute(entry.path()));
  }
  std::sort(wheels.begin(), wheels.end());
  return wheels;
}

void add_folder(Packages& packages, const std::string& name) {
  const auto wheels = wheels_in(name);
  if (wheels.empty()) refuse(name, "the folder has no wheels. pip wheel --wheel-dir " + name + " PACKAGE puts some there");
  packages.wheels.insert(packages.wheels.end(), wheels.begin(), wheels.end());
  packages.no_index = true;
}

void add(Packages& packages, const std::string& name) {
  std::error_code ignored;
  if (fs::is_directory(name, ignored)) return add_folder(packages, name);
  if (!is_wheel(name)) {
    check_package_name(name);
    return packages.names.push_back(name);
  }
  if (!fs::is_regular_file(name, ignored)) refuse(name, "there is no such file");
  packages.wheels.push_back(fs::absolute(name));
}

}  // namespace

Packages read_packages(const std::vector<std::string>& wanted) {
  Packages packages;
  for (const std::string& name : wanted) add(packages, name);
  return packages;
}

void check_package_name(const std::string& name) {
  const auto is_control = [](unsigned char c) { return std::iscntrl(c) != 0; };
  if (name.empty() || std::isalnum(static_cast<unsigned char>(name[0])) == 0 || std::any_of(name.begin(), name.end(), is_control) ||
      name.substr(0, name.find('@')).find('/') != std::string::npos)
    refuse(name, "it is neither the name of a package (httpx, httpx>=0.27), nor a wheel, nor a folder of wheels");
}

}  // namespace loads::runner
