#include <gtest/gtest.h>

#include "common/failure.h"
#include "unit/common/journal/failing_disk.h"
#include "unit/common/journal/journal_folder.h"
#include "unit/common/small_disk.h"

// A disk that refuses: what commit() and checkpoint() then say, and that nothing is lost.
namespace loads::journal {
namespace {

constexpr Options kSmall{.sync = true, .segment_bytes = 30};

TEST(JournalOnABadDisk, AFullDiskKeepsTheRecordsForTheNextCommit) {
  const JournalFolder folder;
  FailingDisk disk;
  Journal journal(folder.path(), {}, disk);
  append(journal, "one");
  ASSERT_TRUE(journal.commit().ok());
  disk.fail("write", ENOSPC);
  append(journal, "two");
  EXPECT_EQ(journal.commit().error, "cannot write " + folder.segment(1).string() + ": No space left on device");
  EXPECT_EQ(journal.uncommitted(), 12u);
  EXPECT_EQ(read_file(folder.segment(1)).size(), 12u) << "nothing half-written";
  append(journal, "three");
  EXPECT_FALSE(journal.commit().ok());
  disk.heal();
  EXPECT_TRUE(journal.commit().ok());
  EXPECT_EQ(replayed(Journal(folder.path())), (Strings{"one", "two", "three"}));
}

TEST(JournalOnABadDisk, WhatCannotBeReplacedStays) {
  for (const char* call : {"open", "write", "sync", "rename"}) {
    const JournalFolder folder;
    FailingDisk disk;
    Journal journal(folder.path(), {.sync = false}, disk);
    append(journal, "one");
    ASSERT_TRUE(journal.commit().ok());
    append(journal, "waits");
    disk.fail(call, ENOSPC);
    EXPECT_FALSE(journal.replace(bytes_of("state"), std::vector<std::string_view>{"two"}).ok()) << call;
    disk.heal();
    EXPECT_EQ(replayed(Journal(folder.path())), Strings{"one"}) << call;
    EXPECT_EQ(folder.names(), Strings{"00000001.journal"}) << call;
    journal.discard();
    append(journal, "two");
    EXPECT_TRUE(journal.commit().ok());
    EXPECT_EQ(replayed(journal), (Strings{"one", "two"})) << call;
  }
}

TEST(JournalOnABadDisk, AfterAFailedSyncTheRecordsAreWrittenAgain) {
  const JournalFolder folder;
  FailingDisk disk;
  Journal journal(folder.path(), {}, disk);
  disk.take_calls();
  disk.fail("sync", EIO);
  append(journal, "one");
  EXPECT_EQ(journal.commit().error, "cannot sync " + folder.segment(1).string() + ": Input/output error");
  EXPECT_EQ(disk.take_calls(), (Strings{"write", "sync", "truncate"}));
  disk.heal();
  EXPECT_TRUE(journal.commit().ok());
  EXPECT_EQ(disk.take_calls(), (Strings{"write", "sync"}));
  EXPECT_EQ(replayed(journal), Strings{"one"});
}

TEST(JournalOnABadDisk, WhatCannotBeCutAtOnceIsCutBeforeAnythingElse) {
  const JournalFolder folder;
  FailingDisk disk;
  Journal journal(folder.path(), {}, disk);
  disk.fail("write", EIO);
  disk.fail("truncate", EIO);
  append(journal, "one");
  EXPECT_FALSE(journal.commit().ok());
  disk.take_calls();
  EXPECT_EQ(journal.commit().error, "cannot truncate " + folder.segment(1).string() + ": Input/output error");
  EXPECT_EQ(disk.take_calls(), Strings{"truncate"});
  disk.heal();
  EXPECT_TRUE(journal.commit().ok());
  EXPECT_EQ(disk.take_calls(), (Strings{"truncate", "write", "sync"}));
}

TEST(JournalOnABadDisk, ACommitIsOneWriteAndOneSync) {
  const JournalFolder folder;
  FailingDisk disk;
  Journal journal(folder.path(), {}, disk);
  disk.take_calls();
  for (int i = 0; i < 100; ++i) append(journal, "record");
  EXPECT_TRUE(journal.commit().ok());
  EXPECT_EQ(disk.take_calls(), (Strings{"write", "sync"}));
  EXPECT_TRUE(journal.commit().ok());
  EXPECT_EQ(disk.take_calls(), Strings{}) << "there was nothing to do";
}

TEST(JournalOnABadDisk, WithoutSyncACheckpointAloneIsSynced) {
  const JournalFolder folder;
  FailingDisk disk;
  Journal journal(folder.path(), {.sync = false}, disk);
  append(journal, "one");
  ASSERT_TRUE(journal.commit().ok());
  ASSERT_TRUE(journal.checkpoint(bytes_of("state")).ok());
  const Strings calls = disk.take_calls();
  EXPECT_EQ(std::count_if(calls.begin(), calls.end(), [](const std::string& call) { return call.find("sync") != std::string::npos; }), 1);
}

TEST(JournalOnABadDisk, ACheckpointIsDurableBeforeOldSegmentsGo) {
  const JournalFolder folder;
  FailingDisk disk;
  Journal journal(folder.path(), {}, disk);
  disk.take_calls();
  ASSERT_TRUE(journal.checkpoint(bytes_of("state")).ok());
  EXPECT_EQ(disk.take_calls(), (Strings{"open", "write", "sync", "rename", "sync_folder", "remove"}));
}

TEST(JournalOnABadDisk, ACheckpointThatFailsLeavesTheRecords) {
  for (const char* call : {"open", "write", "sync", "rename"}) {
    const JournalFolder folder;
    FailingDisk disk;
    Journal journal(folder.path(), {}, disk);
    append(journal, "one");
    ASSERT_TRUE(journal.commit().ok());
    disk.fail(call, ENOSPC);
    EXPECT_FALSE(journal.checkpoint(bytes_of("state")).ok()) << call;
    disk.heal();
    EXPECT_EQ(folder.names(), Strings{"00000001.journal"}) << call;
    append(journal, "two");
    ASSERT_TRUE(journal.commit().ok());
    EXPECT_EQ(replayed(Journal(folder.path())), (Strings{"one", "two"}));
  }
}

TEST(JournalOnABadDisk, NothingIsCommittedBehindANameThatIsNotDurable) {
  const JournalFolder folder;
  FailingDisk disk;
  Journal journal(folder.path(), {}, disk);
  disk.fail("sync_folder", EIO);
  EXPECT_FALSE(journal.checkpoint(bytes_of("state")).ok());
  append(journal, "one");
  EXPECT_EQ(journal.commit().error, "cannot sync " + folder.path().string() + ": Input/output error");
  EXPECT_EQ(folder.names().size(), 2u) << "the old segment is still needed";
  disk.heal();
  EXPECT_TRUE(journal.commit().ok());
  EXPECT_EQ(folder.names(), Strings{"00000002.journal"});
  EXPECT_EQ(replayed(Journal(folder.path())), (Strings{"=state", "one"}));
}

// Four commits with a checkpoint between them, each tried again until it succeeds; which call fails is the caller's choice.
void run_script(Journal& journal) {
  const auto insist = [](auto&& attempt) {
    for (int tries = 0; !attempt().ok(); ++tries) ASSERT_LT(tries, 3);
  };
  for (const char* text : {"a", "bb", "ccc", "dddd"}) {
    append(journal, text);
    insist([&] { return journal.commit(); });
    if (std::string_view(text) == "bb") insist([&] { return journal.checkpoint(bytes_of("state")); });
  }
}

TEST(JournalOnABadDisk, WhicheverCallFailsNothingIsLost) {
  std::size_t calls = 1;
  for (std::size_t number = 0; number < calls; ++number) {
    const JournalFolder folder;
    FailingDisk disk;
    Journal journal(folder.path(), kSmall, disk);
    disk.take_calls();
    disk.fail_call(number, EIO);
    run_script(journal);
    calls = disk.calls();
    ASSERT_EQ(replayed(journal), (Strings{"=state", "ccc", "dddd"})) << number;
    ASSERT_EQ(replayed(Journal(folder.path())), (Strings{"=state", "ccc", "dddd"})) << number;
  }
  EXPECT_GE(calls, 13u);
}

TEST(JournalOnABadDisk, OneThatCannotBeOpenedIsRefused) {
  for (const char* call : {"open", "sync", "sync_folder"}) {
    const JournalFolder folder;
    FailingDisk disk;
    disk.fail(call, EIO);
    EXPECT_THROW(Journal(folder.path(), {}, disk), Failure) << call;
  }
}

TEST(JournalOnABadDisk, GoesOnWhenAFullDiskHasSpaceAgain) {
  const SmallDisk disk(256);
  if (!disk.mounted()) GTEST_SKIP() << "mounting a small tmpfs needs root";
  write_file(disk.path() / "ballast", std::string(100'000, 'x'));
  Journal journal(disk.path() / "journal");
  Outcome done;
  std::size_t written = 0;
  for (; done.ok() && written < 100; ++written) {
    append(journal, std::string(10'000, static_cast<char>('a' + written % 26)));
    done = journal.commit();
  }
  EXPECT_NE(done.error.find("No space left on device"), std::string::npos);
  EXPECT_EQ(replayed(journal).size(), written - 1);
  std::filesystem::remove(disk.path() / "ballast");
  EXPECT_TRUE(journal.commit().ok());
  const Strings found = replayed(Journal(disk.path() / "journal"));
  ASSERT_EQ(found.size(), written);
  for (std::size_t i = 0; i < written; ++i) EXPECT_EQ(found[i], std::string(10'000, static_cast<char>('a' + i % 26)));
}

}  // namespace
}  // namespace loads::journal
