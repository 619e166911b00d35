#include "runner/console/terminal.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <cstdlib>

namespace loads::runner {
namespace {

// A terminal that nobody looks at.
class Terminal : public testing::Test {
 protected:
  Terminal() : master_(::posix_openpt(O_RDWR | O_NOCTTY)) {
    if (master_ < 0 || ::grantpt(master_) != 0 || ::unlockpt(master_) != 0) return;
    terminal_ = ::open(::ptsname(master_), O_RDWR | O_NOCTTY);
    ::setenv("TERM", "xterm", 1);
  }
  ~Terminal() override {
    if (terminal_ >= 0) ::close(terminal_);
    if (master_ >= 0) ::close(master_);
  }
  void SetUp() override { ASSERT_GE(terminal_, 0); }

  int master_ = -1;
  int terminal_ = -1;
};

TEST_F(Terminal, TellsItsWidth) {
  winsize size{};
  size.ws_col = 123;
  ASSERT_EQ(::ioctl(terminal_, TIOCSWINSZ, &size), 0);
  EXPECT_EQ(terminal_columns(terminal_), 123);
}

TEST_F(Terminal, ThatDoesNotKnowItsWidthHas80Columns) {
  EXPECT_EQ(terminal_columns(terminal_), 80);
  EXPECT_EQ(terminal_columns(-1), 80);
}

TEST_F(Terminal, ShowsTheRunLive) { EXPECT_EQ(progress_style(false, terminal_), ProgressStyle::live); }

TEST_F(Terminal, ThatIsDumbAndWhatIsNoneGetPlainLines) {
  ::setenv("TERM", "dumb", 1);
  EXPECT_EQ(progress_style(false, terminal_), ProgressStyle::lines);
  EXPECT_EQ(progress_style(false, -1), ProgressStyle::lines);
}

TEST_F(Terminal, StaysQuietWhenAskedFor) { EXPECT_EQ(progress_style(true, terminal_), ProgressStyle::quiet); }

}  // namespace
}  // namespace loads::runner
