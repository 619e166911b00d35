#pragma once

#include <cstddef>
#include <vector>

#include "engine/user/test_registry.h"

namespace loads::user {

// The order in which a virtual user runs the tests of a class, again and again: indexes into `tests`, each as often as its weight (the
// weights in lowest terms) and spread evenly ("smooth" weighted round robin, as in nginx's upstream module). Users begin at different
// places in it.
std::vector<std::size_t> test_cycle(const std::vector<const TestInfo*>& tests);

}  // namespace loads::user
