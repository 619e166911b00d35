#include "runner/python/python_module.h"

#include <fcntl.h>
#include <poll.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <deque>
#include <iterator>
#include <sstream>
#include <vector>

#include "common/failure.h"
#include "runner/process/process.h"

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

// Until something is to be read, or its writer has ended. A process that the module has forked may hold the pipe open for ever.
void await_text(int pipe, int end_of_writer) {
  pollfd polled[]{{pipe, POLLIN, 0}, {end_of_writer, POLLIN, 0}};
  ::poll(polled, std::size(polled), -1);
}

std::string read_all(int pipe, const Process& writer) {
  const Descriptor end = writer.open_end();
  std::string text;
  char bytes[4096];
  while (true) {
    await_text(pipe, end.get());
    const ssize_t got = ::read(pipe, bytes, sizeof bytes);
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) return text;  // with EAGAIN: it has ended
    text.append(bytes, static_cast<std::size_t>(got));
  }
}

std::vector<std::string> split(const std::string& line, char at) {
  std::vector<std::string> parts;
  std::istringstream stream(line);
  for (std::string part; std::getline(stream, part, at);) parts.push_back(part);
  return parts;
}

ListedTest& make_listed(const std::string& class_name, const std::string& test_name, const std::string& file) {
  ListedTest& test = listed_tests().emplace_back();
  test.class_name_text = class_name;
  test.test_name_text = test_name;
  test.file_text = file;
  test.class_name = test.class_name_text.c_str();
  test.test_name = test.test_name_text.c_str();
  test.file = test.file_text.c_str();
  return test;
}

// Class, test, file, line and weight of one test.
const user::TestInfo* make_listed(const std::vector<std::string>& parts) {
  ListedTest& test = make_listed(parts[1], parts[2], parts[3]);
  test.line = std::atoi(parts[4].c_str());
  test.weight = std::atoi(parts[5].c_str());
  return &test;
}

// "no-tests\nexample.py has no tests": what loads/_list.py writes in their place.
[[noreturn]] void refuse(const std::string& text) {
  const auto end = text.find('\n');
  throw Failure(exit_code::cannot_load, text.substr(end + 1), text.substr(0, end));
}

// A line as loads/_list.py writes it.
void add_line(const std::string& line, Module& found, PythonModule& module) {
  const std::vector<std::string> parts = split(line, '\t');
  if (parts.size() == 6 && parts[0] == "test") {
    found.tests.push_back(make_listed(parts));
  } else if (parts.size() == 3 && parts[0] == "threshold") {
    user::register_threshold(parts[1], parts[2]);
  } else if (parts.size() == 2 && parts[0] == "file") {
    module.files.push_back(parts[1]);
  } else {
    throw Failure(exit_code::internal, "the list of tests makes no sense: " + line, "internal");
  }
}

std::string list(const PythonModule& module, const std::string& class_name) {
  int ends[2] = {-1, -1};
  if (::pipe2(ends, O_CLOEXEC) != 0) throw Failure(exit_code::local_resource, "cannot start Python: no pipe.");
  const Descriptor ours(ends[0]);
  ::fcntl(ours.get(), F_SETFL, O_NONBLOCK);
  Descriptor theirs(ends[1]);
  const Interpreter& interpreter = module.setting.interpreter;
  const std::vector<std::string> variables{
      "LOADS_LIST=" + std::to_string(theirs.get()),
      "LOADS_MODULE=" + module.path,
      "LOADS_CLASS=" + class_name,
      "LOADS_TEST_ROOT=" + module.setting.root.string(),
      "PYTHONPATH=" + python_path(interpreter.package),
  };
  Process python({command(interpreter, "loads._list"), variables, theirs.get()});
  theirs.reset();
  std::string text = read_all(ours.get(), python);
  if (const int status = python.wait(); text.empty()) throw_ended(interpreter, module.path, status);
  return text;
}

}  // namespace

PythonModule python_module(const FoundModule& found, Interpreter interpreter, Packages packages) {
  const fs::path root = fs::absolute(found.root).lexically_normal();
  return {{std::move(interpreter), root},
          fs::absolute(found.file).lexically_normal().lexically_relative(root).string(),
          {},
          std::move(packages)};
}

Module list_python_tests(PythonModule& module, const std::string& class_name) {
  const std::string text = list(module, class_name);
  if (text.rfind("tests\n", 0) != 0) refuse(text);
  Module found{fs::path(module.path).filename().string(), {}};
  for (const std::string& line : split(text.substr(text.find('\n') + 1), '\n')) add_line(line, found, module);
  return found;
}

Module unlisted_python_test(const PythonModule& module, const std::string& class_name, const std::string& test_name) {
  return {fs::path(module.path).filename().string(), {&make_listed(class_name, test_name, module.path)}};
}

bool is_python(const proto::TestSource& source) { return fs::path(source.module).extension() == ".py"; }

}  // namespace loads::runner
