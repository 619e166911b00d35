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
  TestCase* (*make)();  // a new object, owned by the caller: one for each virtual user
  int weight = 1;       // share among the tests of its class when the whole class is run
};

// Registers a test, here and with GoogleTest, when the module that holds it is loaded, and takes it out again from here when it is
// unloaded.
class LOADS_API Registration {
 public:
  explicit Registration(TestInfo& test);
  ~Registration();
  Registration(const Registration&) = delete;
  Registration& operator=(const Registration&) = delete;

 private:
  TestInfo& test_;
};

// A threshold that LOADS_THRESHOLD names; known as long as its module.
class LOADS_API ThresholdRegistration {
 public:
  ThresholdRegistration(const char* class_name, const char* expression);
  ~ThresholdRegistration();
  ThresholdRegistration(const ThresholdRegistration&) = delete;
  ThresholdRegistration& operator=(const ThresholdRegistration&) = delete;

 private:
  const char* const class_name_;
  const char* const expression_;
};

}  // namespace loads::detail
