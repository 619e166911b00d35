#include "runner/console/colour.h"

#include <gtest/gtest.h>

namespace loads::runner {
namespace {

constexpr ColourEnvironment kTerminal{.no_color = nullptr, .term = "xterm-256color", .is_terminal = true};

TEST(Colour, IsForTerminals) {
  EXPECT_TRUE(use_colour(ColourMode::automatic, kTerminal));
  EXPECT_FALSE(use_colour(ColourMode::automatic, {.no_color = nullptr, .term = "xterm-256color", .is_terminal = false}));
}

TEST(Colour, IsNotForTerminalsThatCannot) {
  EXPECT_FALSE(use_colour(ColourMode::automatic, {.no_color = nullptr, .term = "dumb", .is_terminal = true}));
  EXPECT_FALSE(use_colour(ColourMode::automatic, {.no_color = nullptr, .term = "", .is_terminal = true}));
  EXPECT_FALSE(use_colour(ColourMode::automatic, {.no_color = nullptr, .term = nullptr, .is_terminal = true}));
}

TEST(Colour, IsSwitchedOffByNoColorUnlessThatIsEmpty) {
  EXPECT_FALSE(use_colour(ColourMode::automatic, {.no_color = "1", .term = "xterm", .is_terminal = true}));
  EXPECT_TRUE(use_colour(ColourMode::automatic, {.no_color = "", .term = "xterm", .is_terminal = true}));
}

TEST(Colour, IsWhatTheOptionSaysBeforeAllElse) {
  EXPECT_TRUE(use_colour(ColourMode::always, {.no_color = "1", .term = "dumb", .is_terminal = false}));
  EXPECT_FALSE(use_colour(ColourMode::never, kTerminal));
}

}  // namespace
}  // namespace loads::runner
