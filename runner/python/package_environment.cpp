#include "runner/python/package_environment.h"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <fstream>
#include <string>
#include <system_error>
#include <vector>

#include "common/descriptor.h"
#include "common/failure.h"
#include "runner/compile/content_key.h"
#include "runner/compile/process.h"

namespace loads::runner {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kMostWords = 2000;  // of pip, the last ones
constexpr const char* kProgram =
    "import sys; sys.path[:] = [sys.argv[1]] + [p for p in sys.path if p]; from loads._environment import main; main(sys.argv[2:])";

[[noreturn]] void fail(const fs::path& file, int error) {
  throw Failure(exit_code::local_resource, "cannot write " + file.string() + ": " + std::generic_category().message(error) + ".",
                "no-cache");
}

// The same set has the same name, in whatever order it is given.
std::string key_of(const Interpreter& base, const Packages& packages) {
  std::error_code ignored;
  std::vector<std::string> parts;
  for (const std::string& name : packages.names) parts.push_back("name " + name);
  for (const fs::path& wheel : packages.wheels)
    parts.push_back("wheel " + wheel.filename().string() + " " + file_content(wheel).value_or(std::string()));
  std::sort(parts.begin(), parts.end());
  parts.push_back(base.executable.string());
  parts.push_back(fs::canonical(base.executable, ignored).string());
  parts.push_back(packages.no_index ? "no index" : "index");
  return content_key(parts);
}

// Held until it is destroyed, or the process ends.
Descriptor lock(const fs::path& file) {
  Descriptor descriptor(::open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600));
  if (!descriptor.is_open()) fail(file, errno);
  while (::flock(descriptor.get(), LOCK_EX) != 0) {
    if (errno != EINTR) fail(file, errno);
  }
  return descriptor;
}

std::string last_words(const fs::path& log) {
  std::string text = file_content(log).value_or(std::string());
  while (!text.empty() && text.back() == '\n') text.pop_back();
  if (text.size() <= kMostWords) return text;
  return text.substr(text.find('\n', text.size() - kMostWords) + 1);
}

void install(const Interpreter& base, const Packages& packages, const fs::path& folder, const fs::path& log) {
  std::vector<std::string> words{
      base.executable.string(), "-c", kProgram, base.package.string(), folder.string(), packages.no_index ? "--no-index" : "--index"};
  for (const fs::path& wheel : packages.wheels) words.push_back(wheel.string());
  words.insert(words.end(), packages.names.begin(), packages.names.end());
  if (run_process(words, log) == 0) return;
  throw Failure(exit_code::cannot_load,
                "the packages of --python-dep cannot be installed for " + base.executable.string() + ":\n" + last_words(log), "python-dep");
}

}  // namespace

Interpreter with_packages(const Interpreter& base, const Packages& packages, const fs::path& cache, const std::function<void()>& begins) {
  const fs::path folder = cache / ("python-" + key_of(base, packages));
  const fs::path complete = folder / "complete";
  const Descriptor locked = lock(folder.string() + ".lock");
  std::error_code ignored;
  if (fs::exists(complete, ignored)) {
    fs::last_write_time(folder, fs::file_time_type::clock::now(), ignored);  // in use: not to be pruned
  } else {
    begins();
    fs::remove_all(folder);
    install(base, packages, folder, folder.string() + ".log");
    if (!std::ofstream(complete)) fail(complete, errno);
  }
  return {folder / "bin" / "python3", base.package};
}

}  // namespace loads::runner
