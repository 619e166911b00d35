#pragma once

// The interface that a test module is compiled for. loads-runner refuses a module of another one, naming both.
#define LOADS_MODULE_ABI "loads-module-2"

// Found in the module by name.
extern "C" __attribute__((visibility("default"), used)) inline const char* loads_module_abi() { return LOADS_MODULE_ABI; }
