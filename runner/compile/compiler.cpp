#include "runner/compile/compiler.h"

#include <unistd.h>

#include <optional>
#include <sstream>
#include <string_view>

#include "common/failure.h"

namespace loads::runner {
namespace {

namespace fs = std::filesystem;

std::vector<std::string> words_of(const std::string& text) {
  std::istringstream stream(text);
  std::vector<std::string> words;
  for (std::string word; stream >> word;) words.push_back(word);
  return words;
}

std::string variable(const Environment& environment, std::string_view name) {
  const auto found = environment.find(name);
  return found == environment.end() ? std::string() : found->second;
}

bool is_program(const fs::path& file) {
  std::error_code ignored;
  return fs::is_regular_file(file, ignored) && ::access(file.c_str(), X_OK) == 0;
}

std::optional<fs::path> find_program(const std::string& name, const Environment& environment) {
  if (name.find('/') != std::string::npos) return is_program(name) ? std::optional<fs::path>(name) : std::nullopt;
  std::istringstream path(variable(environment, "PATH"));
  for (std::string folder; std::getline(path, folder, ':');) {
    if (const fs::path file = fs::path(folder) / name; is_program(file)) return file;
  }
  return {};
}

// Asking a compiler for its version takes longer than all the rest of a start; its file's size and time tell it as well.
std::string identity_of(const fs::path& program) {
  std::error_code ignored;
  const fs::path file = fs::canonical(program, ignored);
  const auto written = fs::last_write_time(file, ignored).time_since_epoch().count();
  return file.string() + " " + std::to_string(fs::file_size(file, ignored)) + " " + std::to_string(written);
}

Compiler compiler_of(std::vector<std::string> command, const Environment& environment) {
  Compiler compiler;
  const auto program = find_program(command.front(), environment);
  if (!program) return compiler;
  command.front() = program->string();
  compiler.command = std::move(command);
  for (const std::string& word : compiler.command) {  // "ccache g++": both count
    const auto part = find_program(word, environment);
    compiler.identity += (part ? identity_of(*part) : word) + "\n";
  }
  return compiler;
}

std::vector<std::string> flags_for(const Environment& environment, const fs::path& prefix) {
  std::vector<std::string> flags{"-std=c++20",
                                 "-O1",
                                 "-g1",
                                 "-fPIC",
                                 "-shared",
                                 "-fstack-clash-protection",
                                 "-fdiagnostics-color=never",
                                 "-I",
                                 (prefix / "include").string()};
  for (const std::string& more : {std::string(LOADS_MODULE_FLAGS), variable(environment, "CXXFLAGS")}) {
    for (std::string& word : words_of(more)) flags.push_back(std::move(word));
  }
  return flags;
}

}  // namespace

Compiler find_compiler(const Environment& environment, const fs::path& prefix) {
  const auto wanted = words_of(variable(environment, "CXX"));
  Compiler compiler;
  if (!wanted.empty()) {
    compiler = compiler_of(wanted, environment);
  } else {
    compiler = compiler_of({LOADS_CXX}, environment);
    if (compiler.command.empty()) compiler = compiler_of({"c++"}, environment);
  }
  if (compiler.command.empty()) {
    const std::string tried = wanted.empty() ? std::string("c++") : "$CXX (" + wanted.front() + ")";
    throw Failure(exit_code::cannot_load,
                  "no C++ compiler to build the test with: " + tried + " is not there. Install g++, or name one in CXX.", "no-compiler");
  }
  compiler.flags = flags_for(environment, prefix);
  return compiler;
}

}  // namespace loads::runner
