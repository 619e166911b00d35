#include "runner/load/module.h"

#include <dlfcn.h>

#include <cxxabi.h>

#include <cstdlib>
#include <exception>
#include <memory>
#include <string_view>
#include <typeinfo>

#include <loads/module.h>

#include "common/failure.h"
#include "engine/guard/crash_guard.h"

namespace loads::runner {
namespace {

std::string demangled(const std::string& symbol) {
  int status = 0;
  const std::unique_ptr<char, decltype(&std::free)> name(abi::__cxa_demangle(symbol.c_str(), nullptr, nullptr, &status), &std::free);
  return status == 0 ? std::string(name.get()) : symbol;
}

// The dynamic linker says "FILE: undefined symbol: _ZN1a1bEv (...)"; people know the symbol as a::b().
std::string explain(const std::string& trouble) {
  constexpr std::string_view marker = "undefined symbol: ";
  const auto found = trouble.find(marker);
  if (found == std::string::npos) return trouble;
  const auto begin = found + marker.size();
  const std::string symbol = trouble.substr(begin, trouble.find_first_of(" ,\t\n", begin) - begin);
  return "it uses " + demangled(symbol) +
         ", which is defined nowhere. A module is one source file and what it includes: link other code into NAME.so";
}

void check_interface(void* library, const std::string& name) {
  using Interface = const char* (*)();
  // dlsym() gives a function as an object pointer; POSIX promises that this cast is right.
  const auto interface = reinterpret_cast<Interface>(::dlsym(library, "loads_module_abi"));
  if (interface == nullptr) {
    throw Failure(exit_code::cannot_load, name + " has no tests: it does not include <loads/loads.h>.", "no-tests");
  }
  if (const std::string theirs = interface(); theirs != LOADS_MODULE_ABI) {
    throw Failure(exit_code::cannot_load,
                  name + " was built for " + theirs + ", this loads-runner speaks " + LOADS_MODULE_ABI +
                      ". Build it again with the headers of this version.",
                  "module-version");
  }
}

[[noreturn]] void refuse(const std::string& name, const std::string& reason) {
  throw Failure(exit_code::cannot_load, name + " cannot be loaded: " + reason + ".", "cannot-load");
}

// The module's globals are made here: what they throw is an error of the module. It leaves the dynamic linker locked, so the program has to
// end then.
void* open_library(const std::filesystem::path& library, const std::string& name) {
  void* (*volatile const open)(const char*, int) = ::dlopen;  // which is declared to throw nothing: a direct call would terminate
  const guard::LoadingModule guarded(name.c_str());
  try {
    if (void* const handle = open(std::filesystem::absolute(library).c_str(), RTLD_NOW | RTLD_LOCAL)) return handle;
  } catch (const std::exception& error) {
    refuse(name, "making its globals threw " + demangled(typeid(error).name()) + ": " + error.what());
  } catch (...) {
    refuse(name, "making its globals threw an exception that is no std::exception");
  }
  const char* const trouble = ::dlerror();
  refuse(name, explain(trouble != nullptr ? trouble : "no reason given"));
}

}  // namespace

Module load_module(const std::filesystem::path& library, const std::string& name) {
  const std::size_t before = user::registered_tests().size();
  check_interface(open_library(library, name), name);
  const auto& all = user::registered_tests();
  Module module{name, {all.begin() + static_cast<std::ptrdiff_t>(before), all.end()}};
  if (module.tests.empty()) {
    throw Failure(exit_code::cannot_load,
                  name + " has no tests. A test looks like this: LOADS_TEST(TestWebSite, test_es) { session.get(\"/\"); }", "no-tests");
  }
  return module;
}

}  // namespace loads::runner
