#include "runner/load/load_test.h"

#include <iostream>

#include "common/failure.h"
#include "engine/http/target.h"
#include "runner/compile/compile_module.h"
#include "runner/external/command.h"
#include "runner/load/module.h"
#include "runner/load/search.h"
#include "runner/load/select.h"
#include "runner/load/target.h"
#include "runner/python/interpreter.h"
#include "runner/python/package_environment.h"
#include "runner/url_test/url_test.h"

namespace loads::runner {
namespace {

namespace fs = std::filesystem;

struct OpenModule {
  FoundModule found;
  Module module;
  fs::path library;
  std::shared_ptr<CacheFolder> cache{};
  std::optional<PythonModule> python{};
};

Target wanted_target(const Options& options) {
  if (!options.test.empty()) return read_target(options.test);
  throw Failure(exit_code::usage,
                "which test? For example: loads-runner http://localhost:9200/, or loads-runner --init example.cpp to write one.",
                "options");
}

FoundModule find(const Target& target, const Options& options, const Environment& environment, const fs::path& prefix) {
  if (const auto* file = std::get_if<FileTarget>(&target)) return find_module(*file);
  return find_module(std::get<DottedTarget>(target), search_folders(options.test_dirs, environment, prefix));
}

// A list is for those who look at it: of a test that is named in full and run here at once, nobody does.
Module python_tests(PythonModule& module, const FoundModule& found, const Options& options) {
  const bool listed = found.test_name.empty() || options.list || options.dry_run || options.cluster.agents > 0;
  if (!listed) return unlisted_python_test(module, found.class_name, found.test_name);
  return list_python_tests(module, found.class_name);
}

PythonModule find_python_module(OpenModule& open, const Options& options, const Environment& environment) {
  Packages packages = read_packages(options.python_deps);
  Interpreter python = find_python(options.python, environment);
  if (!packages.empty()) {
    open.cache = std::make_shared<CacheFolder>(environment);
    python = with_packages(python, packages, open.cache->path(), [&] {
      if (!options.quiet) std::cerr << "Installing the packages that the test needs ..." << std::endl;
    });
  }
  return python_module(open.found, python, std::move(packages));
}

// Whoever names packages for a test that cannot have them has taken it for another.
void refuse_packages(const Options& options) {
  if (options.python_deps.empty()) return;
  throw Failure(exit_code::usage, "--python-dep goes with a test in Python, and " + http::without_userinfo(options.test) + " is none.",
                "python-dep");
}

OpenModule open(const Target& target, const Options& options, const Environment& environment) {
  const fs::path prefix = installation_prefix();
  OpenModule open{find(target, options, environment, prefix), {}, {}};
  if (open.found.kind == ModuleKind::python) {
    open.python = find_python_module(open, options, environment);
    open.module = python_tests(*open.python, open.found, options);
    return open;
  }
  refuse_packages(options);
  const fs::path& file = open.found.file;
  const std::string name = file.filename().string();
  if (open.found.kind == ModuleKind::library) {
    open.library = file;
    open.module = load_module(file, name);
    return open;
  }
  open.cache = std::make_shared<CacheFolder>(environment);
  open.library = compile_module(file, find_compiler(environment, prefix), *open.cache, [&] {
    if (!options.quiet) std::cerr << "Compiling " << file.string() << " ..." << std::endl;
  });
  open.module = load_module(open.library, name);
  return open;
}

void refuse_url_options(const Options& options) {
  if (options.method.empty() && !options.data) return;
  throw Failure(exit_code::usage, std::string(options.data ? "--data" : "--method") + " goes with a URL; a test says itself what it sends.",
                "options");
}

LoadedTest load_url(const UrlTarget& target, const Options& options) {
  refuse_packages(options);
  const std::string shown = http::without_userinfo(target.url);
  if (target.scheme_added && !options.quiet) std::cerr << "Taking " << http::without_userinfo(options.test) << " as " << shown << '\n';
  const UrlRequest request{target.url, options.method, options.data};
  const user::TestInfo* test = make_url_test(request);
  const std::string method = method_of(request);
  LoadedTest loaded;
  loaded.name = method == "GET" ? shown : method + " " + shown;
  loaded.tests = {test};
  loaded.url = request;
  return loaded;
}

LoadedTest loaded_from(const OpenModule& opened, const Options& options, std::vector<const user::TestInfo*> tests) {
  LoadedTest loaded;
  loaded.name = options.test;
  loaded.origin = opened.found.file.string();
  loaded.tests = std::move(tests);
  loaded.library = opened.library;
  loaded.class_name = opened.found.class_name;
  loaded.test_name = opened.found.test_name;
  loaded.cache = opened.cache;
  loaded.python = opened.python;
  return loaded;
}

// Which tests there are nobody knows but the command.
LoadedTest load_external(const Options& options) {
  if (options.test.empty())
    throw Failure(exit_code::usage, "which test? --test-runner hands its name to the command, as {test}.", "options");
  refuse_packages(options);
  static_cast<void>(command_words(options.test_runner, options.test));
  LoadedTest loaded;
  const bool is_url = options.test.find("://") != std::string::npos;
  loaded.name = is_url ? http::without_userinfo(options.test) : options.test;
  loaded.external = proto::ExternalRunner{options.test_runner, options.test, options.external_process_timeout};
  return loaded;
}

}  // namespace

LoadedTest load_test(const Options& options, const Environment& environment) {
  if (!options.test_runner.empty()) return load_external(options);
  const Target target = wanted_target(options);
  if (const auto* url = std::get_if<UrlTarget>(&target)) return load_url(*url, options);
  refuse_url_options(options);
  const OpenModule opened = open(target, options, environment);
  const FoundModule& found = opened.found;
  const auto tests = select_tests(opened.module, found.class_name, found.test_name);
  return loaded_from(opened, options, tests);
}

LoadedTest load_whole_module(const Options& options, const Environment& environment) {
  if (!options.test_runner.empty()) throw Failure(exit_code::usage, "--list cannot ask a --test-runner for its tests.", "options");
  const Target target = wanted_target(options);
  if (std::holds_alternative<UrlTarget>(target))
    throw Failure(exit_code::usage, "--list prints the tests of a module; a URL has none.", "options");
  const OpenModule opened = open(target, options, environment);
  const auto& tests = opened.module.tests;
  const FoundModule& found = opened.found;
  const auto named = found.class_name.empty() ? tests : select_tests(opened.module, found.class_name, found.test_name);
  return loaded_from(opened, options, named);
}

}  // namespace loads::runner
