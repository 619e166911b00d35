#pragma once

#include <loads/export.h>

namespace loads {
class TestCase;
}

namespace loads::detail {

// One test of a module, as LOADS_TEST registers it.
struct TestInfo {
  const char* class_name;
  const char* test_name;
  const char* file;
  int line;
  TestCase* (*make)();   // a new object, owned by the caller: one for each virtual user
  int weight = 1;        // share among the tests of its class when the whole class is run
};

LOADS_API void register_test(TestInfo& test);   // `test` lives as long as its module
LOADS_API void set_weight(const char* class_name, const char* test_name, int weight);

}  // namespace loads::detail
