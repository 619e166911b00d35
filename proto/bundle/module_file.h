#pragma once

#include <filesystem>
#include <string>
#include <string_view>

#include "proto/bundle/container.h"

namespace loads::bundle {

// What a test module is, as its file says it: read by the runner and the broker, so that a module of another architecture is refused before
// anything is sent. Nothing of it is loaded or run; any bytes are safe.
struct ModuleKind {
  std::string error;      // why no machine can load it; empty: it is a shared object
  std::string machine;    // as `uname -m` says it: "x86_64", "aarch64"; "machine 4711" for an unknown one
  std::string interface;  // the LOADS_MODULE_ABI it was compiled for, "loads-module-1"; empty when that cannot be told
};

ModuleKind inspect(Bytes bytes);
ModuleKind inspect(const std::filesystem::path& path);

// The machine that this process is compiled for, in the same words.
std::string machine_name();

}  // namespace loads::bundle
