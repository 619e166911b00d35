#include "common/journal/journal.h"

#include <gtest/gtest.h>
#include <signal.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>

#include "common/failure.h"
#include "unit/common/journal/journal_folder.h"

namespace loads::journal {
namespace {

mode_t mode_of(const std::filesystem::path& path) {
  struct stat status {};
  return ::stat(path.c_str(), &status) == 0 ? status.st_mode & 0777 : 0;
}

TEST(Journal, ReplaysWhatWasCommittedInItsOrder) {
  const JournalFolder folder;
  {
    Journal journal(folder.path());
    append(journal, "one");
    append(journal, "");
    ASSERT_TRUE(journal.commit().ok());
    append(journal, std::string(100'000, 'x'));
    ASSERT_TRUE(journal.commit().ok());
  }
  const Journal again(folder.path());
  EXPECT_EQ(replayed(again), (Strings{"one", "", std::string(100'000, 'x')}));
  EXPECT_FALSE(again.cut().has_value());
}

TEST(Journal, WhatIsNotCommittedIsNotOnDisk) {
  const JournalFolder folder;
  Journal journal(folder.path());
  append(journal, "one");
  EXPECT_EQ(journal.uncommitted(), 12u);
  EXPECT_EQ(journal.bytes(), 0u);
  EXPECT_EQ(replayed(journal), Strings{});
  ASSERT_TRUE(journal.commit().ok());
  EXPECT_EQ(journal.uncommitted(), 0u);
  EXPECT_EQ(journal.bytes(), 12u);
  EXPECT_EQ(replayed(journal), Strings{"one"});
}

TEST(Journal, ARecordHasTheFormOfItsDescription) {
  const JournalFolder folder;
  Journal journal(folder.path());
  append(journal, "ab");
  ASSERT_TRUE(journal.commit().ok());
  constexpr std::string_view kExpected("\x02\0\0\0\x67\xff\xba\xdd\x01\x61\x62", 11);
  EXPECT_EQ(read_file(folder.segment(1)), kExpected);
}

TEST(Journal, IsTheOwnersAlone) {
  const JournalFolder folder;
  Journal journal(folder.path());
  append(journal, "one");
  ASSERT_TRUE(journal.checkpoint(bytes_of("state")).ok());
  EXPECT_EQ(mode_of(folder.path()), 0700u);
  EXPECT_EQ(mode_of(folder.segment(2)), 0600u);
}

TEST(Journal, GoesOnInANewSegmentWhenOneIsFull) {
  const JournalFolder folder;
  {
    Journal journal(folder.path(), {.segment_bytes = 20});
    for (const char* text : {"one", "two", "three"}) {
      append(journal, text);
      ASSERT_TRUE(journal.commit().ok());
    }
    EXPECT_EQ(folder.names(), (Strings{"00000001.journal", "00000002.journal"}));
    EXPECT_EQ(journal.bytes(), 38u);
  }
  EXPECT_EQ(replayed(Journal(folder.path())), (Strings{"one", "two", "three"}));
}

TEST(Journal, ACheckpointTakesThePlaceOfAllBefore) {
  const JournalFolder folder;
  {
    Journal journal(folder.path(), {.segment_bytes = 1});
    append(journal, "one");
    ASSERT_TRUE(journal.commit().ok());
    append(journal, "two");
    ASSERT_TRUE(journal.checkpoint(bytes_of("one+two")).ok());
    EXPECT_EQ(journal.uncommitted(), 0u);
    append(journal, "three");
    ASSERT_TRUE(journal.commit().ok());
    EXPECT_EQ(replayed(journal), (Strings{"=one+two", "three"}));
    EXPECT_EQ(folder.names(), (Strings{"00000003.journal", "00000004.journal"}));
  }
  EXPECT_EQ(replayed(Journal(folder.path())), (Strings{"=one+two", "three"}));
}

TEST(Journal, RecordsCanBeReplacedByOthers) {
  const JournalFolder folder;
  {
    Journal journal(folder.path(), {.sync = false});
    append(journal, "one");
    ASSERT_TRUE(journal.commit().ok());
    append(journal, "two");
    ASSERT_TRUE(journal.replace(bytes_of("one"), std::vector<std::string_view>{"2", ""}).ok());
    EXPECT_EQ(journal.uncommitted(), 0u);
    append(journal, "three");
    ASSERT_TRUE(journal.commit().ok());
    EXPECT_EQ(replayed(journal), (Strings{"=one", "2", "", "three"}));
  }
  EXPECT_EQ(replayed(Journal(folder.path())), (Strings{"=one", "2", "", "three"}));
  EXPECT_EQ(folder.names(), Strings{"00000002.journal"});
}

TEST(Journal, TheLastCheckpointCounts) {
  const JournalFolder folder;
  Journal journal(folder.path());
  for (const char* state : {"first", "second", ""}) ASSERT_TRUE(journal.checkpoint(bytes_of(state)).ok());
  EXPECT_EQ(replayed(journal), Strings{"="});
  EXPECT_EQ(folder.names(), Strings{"00000004.journal"});
  EXPECT_EQ(journal.bytes(), 9u);
}

TEST(Journal, FilesOfOthersAreLeftAlone) {
  const JournalFolder folder;
  { const Journal journal(folder.path()); }
  write_file(folder.path() / "1.journal", "not ours");
  write_file(folder.path() / "notes.txt", "not ours");
  EXPECT_EQ(replayed(Journal(folder.path())), Strings{});
  EXPECT_EQ(folder.names(), (Strings{"00000001.journal", "1.journal", "notes.txt"}));
}

TEST(Journal, AFolderThatCannotBeIsRefused) {
  try {
    Journal("/dev/null/journal");
    ADD_FAILURE() << "opened";
  } catch (const Failure& failure) {
    EXPECT_EQ(failure.code(), exit_code::local_resource);
    EXPECT_NE(std::string(failure.what()).find("/dev/null/journal"), std::string::npos) << failure.what();
  }
}

// Writes numbered records without syncs, and says through the pipe how many are committed.
[[noreturn]] void write_until_killed(const std::filesystem::path& folder, int pipe) {
  Journal journal(folder, {.sync = false, .segment_bytes = 4096});
  for (std::uint64_t i = 0;; ++i) {
    append(journal, std::to_string(i));
    if (i % 7 == 6 && journal.commit().ok() && ::write(pipe, &i, sizeof i) != sizeof i) ::_exit(1);
  }
}

TEST(Journal, WithoutSyncItSurvivesTheDeathOfTheProcess) {
  const JournalFolder folder;
  std::array<int, 2> pipe{};
  ASSERT_EQ(::pipe(pipe.data()), 0);
  const pid_t child = ::fork();
  if (child == 0) write_until_killed(folder.path(), pipe[1]);
  ::close(pipe[1]);
  std::uint64_t last = 0;
  while (last < 5000 && ::read(pipe[0], &last, sizeof last) == sizeof last) continue;
  ::kill(child, SIGKILL);
  while (::read(pipe[0], &last, sizeof last) == sizeof last) continue;  // what it has said before it died
  ::close(pipe[0]);
  ASSERT_EQ(::waitpid(child, nullptr, 0), child);

  const Strings found = replayed(Journal(folder.path(), {.sync = false}));
  ASSERT_GT(found.size(), last);
  for (std::size_t i = 0; i < found.size(); ++i) ASSERT_EQ(found[i], std::to_string(i));
}

}  // namespace
}  // namespace loads::journal
