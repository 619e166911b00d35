#pragma once

#include <filesystem>
#include <functional>

#include "runner/python/interpreter.h"
#include "runner/python/packages.h"

namespace loads::runner {

// The Python that has the packages too: a virtual environment on top of the given one, in the folder of what is cached. It is made once for
// each set of packages, which is not empty, and each Python, by pip; whoever comes meanwhile waits. `begins` is called before it is made.
//
// Throws Failure(cannot_load) with pip's own words.
Interpreter with_packages(const Interpreter& base, const Packages& packages, const std::filesystem::path& cache,
                          const std::function<void()>& begins);

}  // namespace loads::runner
