#include "runner/external/command.h"

#include <gmock/gmock.h>

#include "common/failure.h"

namespace loads::runner {
namespace {

using testing::ElementsAre;

TEST(ExternalCommand, IsSplitAsByAShell) {
  EXPECT_THAT(command_words("node  runner.js {test}", "a.b"), ElementsAre("node", "runner.js", "a.b"));
  EXPECT_THAT(command_words("'my runner' \"a 'b'\" c\\ d ''", ""), ElementsAre("my runner", "a 'b'", "c d", ""));
  EXPECT_THAT(command_words("x '\\' \"\\\"\"", ""), ElementsAre("x", "\\", "\""));
}

TEST(ExternalCommand, TheTestIsOneWordWhateverIsInIt) {
  EXPECT_THAT(command_words("run --test={test} {test}", "a b; {test} $HOME"),
              ElementsAre("run", "--test=a b; {test} $HOME", "a b; {test} $HOME"));
}

TEST(ExternalCommand, ThatMakesNoSenseIsRefused) {
  for (const char* command : {"", "  ", "run 'a", "run \"", "run \\"}) EXPECT_THROW(command_words(command, "t"), Failure) << command;
}

}  // namespace
}  // namespace loads::runner
