#include "python/engine/case.h"

#include <memory>
#include <utility>

#include "python/engine/companion.h"
#include "python/engine/errors.h"

namespace loads::python {
namespace {

TestCase* make_case() { return new Case; }

// Functions of loads._running, kept for ever.
struct {
  PyObject* make_case;
  PyObject* run;
  PyObject* tear_down_classes;
} functions;

// In the user's twin. What is raised there is an error of ours: the functions handle what tests raise.
Object call(user::VirtualUser& user, PyObject* function, PyObject* argument) {
  std::string error;
  Object result = Companion::of(user).twin().run(function, argument, &error);
  if (!result) user.note_error(error, {});
  return result;
}

}  // namespace

PythonTest::PythonTest(std::string in_class, std::string name, std::string in_file, int at_line, int of_weight, Object of_type)
    : class_name_text(std::move(in_class)), test_name_text(std::move(name)), file_text(std::move(in_file)), type(std::move(of_type)) {
  class_name = class_name_text.c_str();
  test_name = test_name_text.c_str();
  file = file_text.c_str();
  line = at_line;
  make = make_case;
  weight = of_weight;
}

Case::Case() : user_(*user::VirtualUser::current()), test_(static_cast<const PythonTest&>(*user_.making())) {}

Case::~Case() {
  if (object_) user_.context().loop.run_outside([this] { object_ = {}; });
}

void Case::SetUpUser() {
  Object what;
  user_.context().loop.run_outside([&] { what = Object::owned(Py_BuildValue("(Os)", test_.type.get(), test_.test_name)); });
  object_ = call(user_, functions.make_case, what.get());
  user_.context().loop.run_outside([&] {
    what = {};
    if (object_ && object_.get() == Py_None) object_ = {};
  });
}

void Case::TearDownUser() {}

void Case::TestBody() {
  if (object_) call(user_, functions.run, object_.get());
}

void prepare_cases() {
  functions.make_case = imported("loads._running", "make_case").release();
  functions.run = imported("loads._running", "run").release();
  functions.tear_down_classes = imported("loads._running", "tear_down_classes").release();
}

bool tear_down_classes(user::VirtualUser& user) {
  const Object result = call(user, functions.tear_down_classes, nullptr);
  return result && result.get() != Py_False;
}

}  // namespace loads::python
