#include "broker/store/run_store.h"

#include <gtest/gtest.h>
#include <sqlite3.h>
#include <sys/stat.h>

#include <algorithm>
#include <fstream>

#include "broker/store/sqlite.h"
#include "common/failure.h"
#include "support/temporary_folder.h"
#include "unit/common/small_disk.h"

namespace loads::broker {
namespace {

using Strings = std::vector<std::string>;

StoredRun run(std::string id, std::string state, int submitted_at, int ended_at = 0) {
  return {std::move(id), std::move(state), std::string("re\0cord", 7), Nanoseconds(submitted_at), Nanoseconds(ended_at)};
}

Strings ids_of(const std::vector<StoredRun>& runs) {
  Strings ids;
  for (const StoredRun& each : runs) ids.push_back(each.id);
  return ids;
}

Failure refusal_of(const std::filesystem::path& folder) {
  try {
    const RunStore store(folder);
  } catch (const Failure& failure) {
    return failure;
  }
  return Failure(0, "it was opened");
}

TEST(RunStore, KeepsARunAcrossOpenings) {
  const TemporaryFolder folder;
  const StoredRun saved = run("0000000a", "running", 1'700'000'000);
  { RunStore(folder.path()).save(saved); }
  const RunStore store(folder.path());
  EXPECT_EQ(store.find("0000000a"), saved);
  EXPECT_EQ(store.find("0000000b"), std::nullopt);
}

TEST(RunStore, SavingAgainReplaces) {
  const TemporaryFolder folder;
  RunStore store(folder.path());
  store.save(run("0000000a", "running", 1));
  StoredRun changed = run("0000000a", "ended", 1, 9);
  changed.record.clear();
  store.save(changed);
  EXPECT_EQ(store.load_all(), std::vector{changed});
}

TEST(RunStore, NotesEveryNewState) {
  const TemporaryFolder folder;
  RunStore store(folder.path());
  store.save(run("0000000a", "queued", 1), Nanoseconds(10));
  store.save(run("0000000b", "queued", 2), Nanoseconds(11));
  store.save(run("0000000a", "queued", 1), Nanoseconds(12));
  store.save(run("0000000a", "running", 1), Nanoseconds(13));
  store.save(run("0000000a", "queued", 1), Nanoseconds(14));
  const std::vector<Transition> expected{{Nanoseconds(10), "queued"}, {Nanoseconds(13), "running"}, {Nanoseconds(14), "queued"}};
  EXPECT_EQ(store.transitions("0000000a"), expected);
}

TEST(RunStore, AllComeInTheOrderOfTheirSubmission) {
  const TemporaryFolder folder;
  RunStore store(folder.path());
  store.save(run("0000000a", "ended", 3, 4));
  store.save(run("0000000b", "queued", 1));
  store.save(run("0000000c", "queued", 2));
  EXPECT_EQ(ids_of(store.load_all()), (Strings{"0000000b", "0000000c", "0000000a"}));
}

TEST(RunStore, TheOneThatEndedLastComesFirst) {
  const TemporaryFolder folder;
  RunStore store(folder.path());
  store.save(run("0000000a", "ended", 1, 30));
  store.save(run("0000000b", "ended", 2, 50));
  store.save(run("0000000c", "ended", 3, 40));
  store.save(run("0000000d", "running", 4));
  EXPECT_EQ(ids_of(store.ended(10)), (Strings{"0000000b", "0000000c", "0000000a"}));
  EXPECT_EQ(ids_of(store.ended(2)), (Strings{"0000000b", "0000000c"}));
  EXPECT_EQ(ids_of(store.ended(SIZE_MAX)).size(), 3u);
}

TEST(RunStore, AnEndIsUntoldUntilItIsMarked) {
  const TemporaryFolder folder;
  {
    RunStore store(folder.path());
    store.save(run("0000000a", "running", 1));
    EXPECT_TRUE(store.untold().empty());
    store.save(run("0000000a", "incomplete", 1, 4));
    store.save(run("0000000b", "finished", 2, 3));
  }
  RunStore store(folder.path());
  EXPECT_EQ(ids_of(store.untold()), (Strings{"0000000b", "0000000a"})) << "it outlives the broker";
  store.set_told("0000000a", "incomplete");
  store.set_told("0000000b", "finished");
  store.set_told("0000000c", "finished");  // that was pruned meanwhile
  EXPECT_TRUE(store.untold().empty());
  store.save(run("0000000a", "finished", 1, 4));
  EXPECT_EQ(ids_of(store.untold()), Strings{"0000000a"}) << "another end is news";
  store.set_told("0000000a", "incomplete");
  EXPECT_EQ(ids_of(store.untold()), Strings{"0000000a"}) << "those that were long in hearing of the one before have not heard of it";
  store.set_told("0000000a", "finished");
  EXPECT_TRUE(store.untold().empty());
}

TEST(RunStore, OfRunsThatEndedBeforeTheMarkWasKnownNobodyIsTold) {
  const TemporaryFolder folder;
  {
    RunStore store(folder.path());
    store.save(run("0000000a", "finished", 1, 4));
    store.save(run("0000000b", "running", 2));
  }
  sqlite::Database(folder.path() / "runs.db").run("DROP TABLE told");
  RunStore store(folder.path());
  EXPECT_TRUE(store.untold().empty());
  store.save(run("0000000b", "finished", 2, 5));
  EXPECT_EQ(ids_of(store.untold()), Strings{"0000000b"});
}

TEST(RunStore, PruningRemovesTheRunsThatEndedFirst) {
  const TemporaryFolder folder;
  RunStore store(folder.path());
  for (int i = 0; i < 5; ++i) store.save(run("0000000" + std::to_string(i), "ended", i, 100 + i));
  store.save(run("0000000d", "running", 1));
  Strings removed = store.prune(3);
  std::sort(removed.begin(), removed.end());
  EXPECT_EQ(removed, (Strings{"00000000", "00000001"}));
  EXPECT_EQ(store.load_all().size(), 4u);
  EXPECT_TRUE(store.transitions("00000000").empty());
  EXPECT_EQ(store.prune(3), Strings{});
}

TEST(RunStore, RemovingTakesTheTransitionsToo) {
  const TemporaryFolder folder;
  RunStore store(folder.path());
  store.save(run("0000000a", "queued", 1));
  EXPECT_TRUE(store.remove("0000000a"));
  EXPECT_FALSE(store.remove("0000000a"));
  EXPECT_EQ(store.find("0000000a"), std::nullopt);
  EXPECT_TRUE(store.transitions("0000000a").empty());
}

TEST(RunStore, TextIsNeverTakenForSql) {
  const TemporaryFolder folder;
  RunStore store(folder.path());
  const StoredRun hostile = run("'; DROP TABLE runs; --", "it's", 1);
  store.save(hostile);
  EXPECT_EQ(store.find(hostile.id), hostile);
}

TEST(RunStore, AnEpochIsNeverGivenTwice) {
  const TemporaryFolder folder;
  {
    RunStore store(folder.path());
    EXPECT_EQ(store.next_epoch(), 1u);
    EXPECT_EQ(store.next_epoch(), 2u);
  }
  EXPECT_EQ(RunStore(folder.path()).next_epoch(), 3u);
}

TEST(RunStore, KeepsSmallTexts) {
  const TemporaryFolder folder;
  RunStore store(folder.path());
  EXPECT_EQ(store.meta("cluster"), std::nullopt);
  store.set_meta("cluster", "c1");
  store.set_meta("cluster", "");
  EXPECT_EQ(store.meta("cluster"), "");
  store.set_meta("cluster", "c2");
  EXPECT_EQ(RunStore(folder.path()).meta("cluster"), "c2");
}

TEST(RunStore, IsTheOwnersAlone) {
  const TemporaryFolder folder;
  RunStore store(folder.path());
  store.set_meta("cluster", "c1");
  for (const char* name : {"runs.db", "runs.db-wal", "runs.db-shm"}) {
    struct stat status {};
    ASSERT_EQ(::stat((folder.path() / name).c_str(), &status), 0) << name;
    EXPECT_EQ(status.st_mode & 0777u, 0600u) << name;
  }
}

TEST(RunStore, ANewerSchemaIsRefused) {
  const TemporaryFolder folder;
  { const RunStore store(folder.path()); }
  sqlite3* handle = nullptr;
  ASSERT_EQ(sqlite3_open((folder.path() / "runs.db").c_str(), &handle), SQLITE_OK);
  ASSERT_EQ(sqlite3_exec(handle, "PRAGMA user_version = 2", nullptr, nullptr, nullptr), SQLITE_OK);
  sqlite3_close(handle);
  const Failure failure = refusal_of(folder.path());
  EXPECT_EQ(failure.code(), exit_code::local_resource);
  EXPECT_EQ(failure.id(), "newer-state");
  EXPECT_NE(std::string(failure.what()).find("(schema 2, this one knows 1)"), std::string::npos) << failure.what();
}

TEST(RunStore, AFileThatIsNoDatabaseIsRefused) {
  const TemporaryFolder folder;
  std::ofstream(folder.path() / "runs.db") << std::string(5000, 'x');
  const Failure failure = refusal_of(folder.path());
  EXPECT_EQ(failure.code(), exit_code::local_resource);
  EXPECT_EQ(failure.id(), "damaged-state");
  EXPECT_NE(std::string(failure.what()).find("move it and the files beside it"), std::string::npos) << failure.what();
}

TEST(RunStore, DamageWithinTheFileIsRefused) {
  const TemporaryFolder folder;
  {
    RunStore store(folder.path());
    for (int i = 0; i < 200; ++i) store.save(run("run " + std::to_string(i), "ended", i, i + 1));
  }
  std::fstream file(folder.path() / "runs.db", std::ios::in | std::ios::out | std::ios::binary);
  file.seekp(4096 * 2);
  file << std::string(4096, '\xa5');
  file.close();
  EXPECT_EQ(refusal_of(folder.path()).id(), "damaged-state");
}

TEST(RunStore, AFolderThatIsNotThereIsRefused) {
  const TemporaryFolder folder;
  const Failure failure = refusal_of(folder.path() / "missing");
  EXPECT_EQ(failure.code(), exit_code::local_resource);
  EXPECT_NE(std::string(failure.what()).find("unable to open database file"), std::string::npos) << failure.what();
}

TEST(RunStore, AFullDiskChangesNothingAndPasses) {
  const SmallDisk disk(512);
  if (!disk.mounted()) GTEST_SKIP() << "mounting a small tmpfs needs root";
  RunStore store(disk.path());
  store.save(run("0000000a", "queued", 1));
  StoredRun large = run("0000000a", "running", 1);
  large.record.assign(600'000, 'x');
  try {
    store.save(large);
    ADD_FAILURE() << "saved";
  } catch (const Failure& failure) {
    EXPECT_EQ(failure.code(), exit_code::local_resource);
    EXPECT_NE(std::string(failure.what()).find("database or disk is full"), std::string::npos) << failure.what();
  }
  EXPECT_EQ(store.find("0000000a"), run("0000000a", "queued", 1));
  EXPECT_EQ(store.transitions("0000000a").size(), 1u);
  large.record.clear();
  store.save(large);
  EXPECT_EQ(RunStore(disk.path()).find("0000000a"), large);
}

}  // namespace
}  // namespace loads::broker
