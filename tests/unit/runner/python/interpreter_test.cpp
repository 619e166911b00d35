#include "runner/python/interpreter.h"

#include <gmock/gmock.h>
#include <sys/stat.h>

#include "common/failure.h"
#include "support/temporary_folder.h"

namespace loads::runner {
namespace {

using testing::HasSubstr;

// A python3 that says that it has what tests need, or that it has not.
std::filesystem::path write_python(const TemporaryFolder& folder, const std::string& name, int exit_code) {
  const auto path = folder.write(name, "#!/bin/sh\nexit " + std::to_string(exit_code) + "\n");
  ::chmod(path.c_str(), 0700);
  return path;
}

std::string trouble_of(const std::string& wished, const Environment& environment) {
  try {
    find_python(wished, environment);
  } catch (const Failure& failure) {
    EXPECT_EQ(failure.code(), exit_code::cannot_load);
    EXPECT_EQ(failure.id(), "no-python");
    return failure.what();
  }
  return "one was found";
}

TEST(Interpreter, TheOneThatIsWishedFor) {
  const TemporaryFolder folder;
  const auto python = write_python(folder, "python3", 9);
  EXPECT_EQ(find_python(python.string(), {}).executable, python);
  EXPECT_EQ(find_python("python3", {{"PATH", "/nowhere:" + folder.path().string()}}).executable, python);
  EXPECT_THAT(trouble_of("python9", {{"PATH", folder.path().string()}}), HasSubstr("there is no program \"python9\""));
  EXPECT_THAT(trouble_of(folder.path().string(), {}), HasSubstr("there is no program"));
}

TEST(Interpreter, ThatOfTheActiveEnvironmentComesBeforeThePaths) {
  const TemporaryFolder folder;
  const auto active = write_python(folder, "venv/bin/python3", 0);
  write_python(folder, "bin/python3", 0);
  const Environment environment{{"VIRTUAL_ENV", (folder.path() / "venv").string()}, {"PATH", (folder.path() / "bin").string()}};
  EXPECT_EQ(find_python("", environment).executable, active);
}

TEST(Interpreter, ThePathsHasToHaveWhatTestsNeedOrTheSystemsIsTaken) {
  const TemporaryFolder folder;
  const auto able = write_python(folder, "able/python3", 0);
  write_python(folder, "lacking/python3", 9);
  EXPECT_EQ(find_python("", {{"PATH", able.parent_path().string()}}).executable, able);
  EXPECT_EQ(find_python("", {{"PATH", (folder.path() / "lacking").string()}}).executable, "/usr/bin/python3");
  EXPECT_EQ(find_python("", {}).executable, "/usr/bin/python3");
}

TEST(Interpreter, SaysWhatIsLacking) {
  try {
    throw_ended({"/opt/venv/bin/python3", "/package"}, "example.py", 90 << 8);
  } catch (const Failure& failure) {
    EXPECT_EQ(failure.id(), "no-python");
    EXPECT_THAT(failure.what(), HasSubstr("/opt/venv/bin/python3 -m pip install greenlet requests webtest"));
  }
}

}  // namespace
}  // namespace loads::runner
