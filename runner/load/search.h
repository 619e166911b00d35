#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "runner/load/target.h"
#include "runner/options/given.h"

namespace loads::runner {

// Where test modules are looked for, in this order: --test-dir, the working folder, $LOADS_PATH, and share/loads of the installation.
std::vector<std::filesystem::path> search_folders(const std::vector<std::string>& test_dirs, const Environment& environment,
                                                  const std::filesystem::path& prefix);

enum class ModuleKind : std::uint8_t { library, source, python };  // loaded as it is; compiled before; run by Python

// A module that was found, and what TEST says beside its name.
struct FoundModule {
  ModuleKind kind = ModuleKind::library;
  std::filesystem::path file;
  std::filesystem::path root;  // the folder in which Python would import it from
  std::string class_name;      // empty: TEST names the module alone
  std::string test_name;       // empty: all tests of the class
};

// The module "a.b" is the file a/b below one of the folders, as b.so, libb.so, b.cpp or b.py. Throws Failure(cannot_load) when there is
// none.
FoundModule find_module(const DottedTarget& target, const std::vector<std::filesystem::path>& folders);
FoundModule find_module(const FileTarget& target);

// The folder above the one that holds this executable: include/ and share/ are below it, in an installation as in a build tree.
std::filesystem::path installation_prefix();

}  // namespace loads::runner
