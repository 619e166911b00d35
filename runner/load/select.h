#pragma once

#include <string>
#include <vector>

#include "runner/load/module.h"

namespace loads::runner {

// The test `test_name` of `class_name`, or all tests of the class when `test_name` is empty, or all of the module when both are and it has
// one class. Throws Failure(cannot_load) with what was probably meant.
std::vector<const user::TestInfo*> select_tests(const Module& module, const std::string& class_name, const std::string& test_name);

// The text of --list: one test a line with its place, and its weight when that is not 1.
std::string list_tests(const std::vector<const user::TestInfo*>& tests);

}  // namespace loads::runner
