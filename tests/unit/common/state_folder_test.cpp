#include "common/state_folder.h"

#include <gtest/gtest.h>
#include <signal.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cstdlib>
#include <fstream>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "common/failure.h"
#include "support/temporary_folder.h"

namespace loads {
namespace {

// The three variables as given, null for one that is not set; as they were when it ends.
class Variables {
 public:
  Variables(const char* state, const char* xdg, const char* home) {
    set("STATE_DIRECTORY", state);
    set("XDG_STATE_HOME", xdg);
    set("HOME", home);
  }
  ~Variables() {
    for (const auto& [name, value] : before_) value ? ::setenv(name, value->c_str(), 1) : ::unsetenv(name);
  }
  Variables(const Variables&) = delete;
  Variables& operator=(const Variables&) = delete;

 private:
  void set(const char* name, const char* value) {
    const char* before = std::getenv(name);
    before_.emplace_back(name, before != nullptr ? std::optional<std::string>(before) : std::nullopt);
    value != nullptr ? ::setenv(name, value, 1) : ::unsetenv(name);
  }
  std::vector<std::pair<const char*, std::optional<std::string>>> before_;
};

TEST(StateFolder, IsTheOneThatIsNamed) {
  const Variables variables("/s", "/x", "/h");
  EXPECT_EQ(state_folder("here/it is"), "here/it is");
}

TEST(StateFolder, ComesFromSystemdThenXdgThenHome) {
  {
    const Variables variables("/var/lib/loads:/var/lib/other", "/x", "/h");
    EXPECT_EQ(state_folder(), "/var/lib/loads");
  }
  {
    const Variables variables(nullptr, "/x", "/h");
    EXPECT_EQ(state_folder(), "/x/loads");
  }
  {
    const Variables variables(nullptr, nullptr, "/h");
    EXPECT_EQ(state_folder(), "/h/.local/state/loads");
  }
}

TEST(StateFolder, VariablesThatAreEmptyOrRelativeDoNotCount) {
  const Variables variables("", "state", "/h");
  EXPECT_EQ(state_folder(), "/h/.local/state/loads");
}

TEST(LockedFolder, IsMadeForItsOwnerAlone) {
  const TemporaryFolder folder;
  const LockedFolder locked(folder.path() / "a/b/", "broker");
  EXPECT_EQ(locked.path(), folder.path() / "a/b");
  struct stat status {};
  ASSERT_EQ(::stat(locked.path().c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777u, 0700u);
}

TEST(LockedFolder, ASecondHolderIsToldWhoHasIt) {
  const TemporaryFolder folder;
  const LockedFolder first(folder.path(), "broker");
  try {
    const LockedFolder second(folder.path(), "broker");
    ADD_FAILURE() << "locked twice";
  } catch (const Failure& failure) {
    EXPECT_EQ(failure.code(), exit_code::local_resource);
    EXPECT_EQ(failure.id(), "in-use");
    EXPECT_EQ(failure.what(), folder.path().string() + " is in use by the broker with pid " + std::to_string(::getpid()) +
                                  ". Stop it, or name another folder.");
  }
}

TEST(LockedFolder, IsFreeAgainWhenItsHolderIsGone) {
  const TemporaryFolder folder;
  { const LockedFolder first(folder.path(), "broker"); }
  const auto second = LockedFolder::try_lock(folder.path());
  EXPECT_TRUE(second.has_value());
  EXPECT_FALSE(LockedFolder::try_lock(folder.path()).has_value());
}

TEST(LockedFolder, TheLockMovesWithItsOwner) {
  const TemporaryFolder folder;
  LockedFolder first(folder.path(), "broker");
  const LockedFolder second = std::move(first);
  EXPECT_FALSE(LockedFolder::try_lock(folder.path()).has_value());
}

TEST(LockedFolder, WhatIsNoFolderIsRefused) {
  const TemporaryFolder folder;
  std::ofstream(folder.path() / "file") << "content";
  EXPECT_THROW(LockedFolder(folder.path() / "file", "broker"), Failure);
  EXPECT_THROW(LockedFolder(folder.path() / "file/below", "broker"), Failure);
}

TEST(LockedFolder, ALockThatIsALinkIsRefused) {
  const TemporaryFolder folder;
  std::filesystem::create_symlink(folder.path() / "elsewhere", folder.path() / "lock");
  EXPECT_THROW(LockedFolder(folder.path(), "broker"), Failure);
  EXPECT_FALSE(std::filesystem::exists(folder.path() / "elsewhere"));
}

TEST(ClaimSlot, GivesEachTheFirstThatIsFree) {
  const TemporaryFolder parent;
  auto first = std::make_optional(claim_slot(parent.path()));
  const LockedFolder second = claim_slot(parent.path());
  EXPECT_EQ(first->path(), parent.path() / "0");
  EXPECT_EQ(second.path(), parent.path() / "1");
  first.reset();
  EXPECT_EQ(claim_slot(parent.path()).path(), parent.path() / "0");
}

TEST(ClaimSlot, FindsTheFolderOfAProcessThatWasKilled) {
  const TemporaryFolder parent;
  std::array<int, 2> pipe{};
  ASSERT_EQ(::pipe(pipe.data()), 0);
  const pid_t child = ::fork();
  if (child == 0) {
    const LockedFolder slot = claim_slot(parent.path());
    std::ofstream(slot.path() / "spool") << "kept" << std::flush;
    ::close(pipe[1]);
    for (;;) ::pause();
  }
  ::close(pipe[1]);
  char none = 0;
  ASSERT_EQ(::read(pipe[0], &none, 1), 0) << "the child has its slot when it closes the pipe";
  ::close(pipe[0]);
  EXPECT_EQ(claim_slot(parent.path()).path(), parent.path() / "1");
  ::kill(child, SIGKILL);
  ASSERT_EQ(::waitpid(child, nullptr, 0), child);
  const LockedFolder slot = claim_slot(parent.path());
  EXPECT_EQ(slot.path(), parent.path() / "0");
  EXPECT_TRUE(std::filesystem::exists(slot.path() / "spool"));
}

}  // namespace
}  // namespace loads
