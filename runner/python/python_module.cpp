#include "runner/python/python_module.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <deque>
#include <sstream>
#include <vector>

#include "common/failure.h"
#include "runner/python/process.h"

namespace loads::runner {
namespace {

namespace fs = std::filesystem;

struct ListedTest : user::TestInfo {
  std::string class_name_text, test_name_text, file_text;
};

// As long as the process lives, as those of other modules do.
std::deque<ListedTest>& listed_tests() {
  static auto* const tests = new std::deque<ListedTest>;
  return *tests;
}

std::string read_all(int descriptor) {
  std::string text;
  char bytes[4096];
  while (true) {
    const ssize_t got = ::read(descriptor, bytes, sizeof bytes);
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) return text;
    text.append(bytes, static_cast<std::size_t>(got));
  }
}

std::vector<std::string> split(const std::string& line, char at) {
  std::vector<std::string> parts;
  std::istringstream stream(line);
  for (std::string part; std::getline(stream, part, at);) parts.push_back(part);
  return parts;
}

// Class, test, file, line and weight of one test, as loads/_list.py writes them.
const user::TestInfo* make_listed(const std::string& line) {
  const std::vector<std::string> parts = split(line, '\t');
  if (parts.size() != 5) throw Failure(exit_code::internal, "the list of tests makes no sense: " + line, "internal");
  ListedTest& test = listed_tests().emplace_back();
  test.class_name_text = parts[0];
  test.test_name_text = parts[1];
  test.file_text = parts[2];
  test.class_name = test.class_name_text.c_str();
  test.test_name = test.test_name_text.c_str();
  test.file = test.file_text.c_str();
  test.line = std::atoi(parts[3].c_str());
  test.weight = std::atoi(parts[4].c_str());
  return &test;
}

// "no-tests\nexample.py has no tests": what loads/_list.py writes in their place.
[[noreturn]] void refuse(const std::string& text) {
  const auto end = text.find('\n');
  throw Failure(exit_code::cannot_load, text.substr(end + 1), text.substr(0, end));
}

std::string list(const PythonModule& module) {
  int ends[2] = {-1, -1};
  if (::pipe2(ends, O_CLOEXEC) != 0) throw Failure(exit_code::local_resource, "cannot start Python: no pipe.");
  const Descriptor ours(ends[0]);
  Descriptor theirs(ends[1]);
  Process python({module.setting.interpreter.executable.string(), "-m", "loads._list", module.path},
                 {"LOADS_LIST=" + std::to_string(theirs.get()), "LOADS_TEST_ROOT=" + module.setting.root.string(),
                  "PYTHONPATH=" + python_path(module.setting.interpreter.package)},
                 theirs);
  theirs.reset();
  std::string text = read_all(ours.get());
  if (const int status = python.wait(); status != 0 && text.empty()) {
    throw Failure(exit_code::cannot_load, "Python ended while it loaded " + module.path + ": " + describe_end(status) + ".", "cannot-load");
  }
  return text;
}

}  // namespace

PythonModule python_module(const FoundModule& found, Interpreter interpreter) {
  const fs::path root = fs::absolute(found.root).lexically_normal();
  return {{std::move(interpreter), root}, fs::absolute(found.file).lexically_normal().lexically_relative(root).string()};
}

Module list_python_tests(const PythonModule& module) {
  const std::string text = list(module);
  if (text.rfind("tests\n", 0) != 0) refuse(text);
  Module found{fs::path(module.path).filename().string(), {}};
  for (const std::string& line : split(text.substr(text.find('\n') + 1), '\n')) found.tests.push_back(make_listed(line));
  return found;
}

bool is_python(const proto::TestSource& source) { return fs::path(source.module).extension() == ".py"; }

}  // namespace loads::runner
