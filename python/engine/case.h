#pragma once

#include <string>

#include <loads/test_case.h>

#include "engine/user/test_registry.h"
#include "engine/user/virtual_user.h"
#include "python/engine/object.h"

namespace loads::python {

// One test method of a class of Python, as the engine knows it. Lives as long as the process.
struct PythonTest : user::TestInfo {
  std::string class_name_text;
  std::string test_name_text;
  std::string file_text;
  Object type;  // the class

  PythonTest(std::string in_class, std::string name, std::string in_file, int at_line, int of_weight, Object of_type);
  PythonTest(const PythonTest&) = delete;
  PythonTest& operator=(const PythonTest&) = delete;
};

// The engine's object for a virtual user and a test: it has Python make its own, and run it (loads/_running.py), in the user's twin.
class Case final : public TestCase {
 public:
  Case();
  ~Case() override;

  void SetUpUser() override;
  void TearDownUser() override;

 private:
  void TestBody() override;

  user::VirtualUser& user_;
  const PythonTest& test_;
  Object object_;  // the TestCase of Python
};

// Once, before the first case is made. Throws ErrorSet.
void prepare_cases();

// tearDownClass and the like of all classes that were set up; false when something went wrong in it, which is recorded.
bool tear_down_classes(user::VirtualUser& user);

}  // namespace loads::python
