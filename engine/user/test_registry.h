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

}  // namespace loads::user
