#pragma once

#include <filesystem>
#include <functional>
#include <string>

#include "runner/compile/cache_folder.h"
#include "runner/compile/compiler.h"

namespace loads::runner {

// The shared object of a test's source file: from the cache, or compiled now; `on_compile` is called before the compiler is. Throws
// Failure(cannot_load) with the first diagnostics when the source does not compile. The file may be gone when `cache` is.
std::filesystem::path compile_module(const std::filesystem::path& source, const Compiler& compiler, CacheFolder& cache,
                                     const std::function<void()>& on_compile);

// The first three errors of a compiler's output, or its last lines when it names none.
std::string first_errors(const std::string& output);

}  // namespace loads::runner
