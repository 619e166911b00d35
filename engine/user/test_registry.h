#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include <loads/registration.h>

namespace loads::user {

using TestInfo = loads::detail::TestInfo;

// Every test that LOADS_TEST has registered in this process, in the order of registration: those of the modules loaded so far.
const std::vector<const TestInfo*>& registered_tests();

// The expressions that LOADS_THRESHOLD has named for the class of `tests`, in their order; those of tests in Python are registered by
// whoever has read them.
void register_threshold(std::string class_name, std::string expression);
std::vector<std::string> thresholds_of(const std::vector<const TestInfo*>& tests);

}  // namespace loads::user
