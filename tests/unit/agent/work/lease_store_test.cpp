#include "agent/work/lease_store.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <fstream>
#include <string>
#include <vector>

#include "common/black_box.h"
#include "common/failure.h"
#include "support/temporary_folder.h"

namespace loads::agent {
namespace {

namespace fs = std::filesystem;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

proto::Prepare prepare_of(const std::string& run, proto::Lease lease) {
  proto::Prepare prepare;
  prepare.run = run;
  prepare.lease = lease;
  prepare.order.plan.test = "http://localhost/";
  prepare.order.plan.steps = {{2, 10, {}}};
  prepare.order.test.url = "http://localhost/";
  return prepare;
}

std::vector<LeaseStore::Kept> restore(LeaseStore& store, std::vector<std::string>* notes = nullptr) {
  return store.restore([&](const std::string& line) {
    if (notes != nullptr) notes->push_back(line);
  });
}

TEST(LeaseStore, ALeaseAndItsBatchesOutliveTheStore) {
  const TemporaryFolder state;
  {
    LeaseStore store(state.path());
    store.keep(prepare_of("0123abcd", 7));
    store.keep_batch("0123abcd", 7, "first");
    store.keep_batch("0123abcd", 7, std::string("se\0cond", 7));
  }
  LeaseStore store(state.path());
  const auto kept = restore(store);
  ASSERT_THAT(kept, SizeIs(1));
  EXPECT_EQ(kept[0].prepare.run, "0123abcd");
  EXPECT_EQ(kept[0].prepare.lease, 7U);
  EXPECT_EQ(kept[0].prepare.order.test.url, "http://localhost/");
  EXPECT_THAT(kept[0].batches, ElementsAre("first", std::string("se\0cond", 7)));
}

TEST(LeaseStore, WhatWasRestoredGoesOn) {
  const TemporaryFolder state;
  {
    LeaseStore store(state.path());
    store.keep(prepare_of("0123abcd", 7));
    store.keep_batch("0123abcd", 7, "one");
  }
  {
    LeaseStore store(state.path());
    restore(store);
    store.keep_batch("0123abcd", 7, "two");
  }
  LeaseStore store(state.path());
  EXPECT_THAT(restore(store)[0].batches, ElementsAre("one", "two"));
}

TEST(LeaseStore, WhatIsKeptCanBeReplacedInOneStep) {
  const TemporaryFolder state;
  proto::agent_folder::Checkpoint checkpoint;
  checkpoint.acknowledged = 2;
  checkpoint.tally.answered = 20;
  checkpoint.coarse = {std::chrono::seconds(1), std::chrono::seconds(31), std::chrono::seconds(10)};
  {
    LeaseStore store(state.path());
    store.keep(prepare_of("0123abcd", 7));
    for (const char* batch : {"one", "two", "three"}) store.keep_batch("0123abcd", 7, batch);
    store.keep_spool("0123abcd", 7, checkpoint, {"three"});
    store.keep_batch("0123abcd", 7, "four");
  }
  LeaseStore store(state.path());
  const auto kept = restore(store);
  ASSERT_THAT(kept, SizeIs(1));
  ASSERT_TRUE(kept[0].checkpoint.has_value());
  EXPECT_EQ(kept[0].checkpoint->acknowledged, 2U);
  EXPECT_EQ(kept[0].checkpoint->tally.answered, 20U);
  EXPECT_EQ(kept[0].checkpoint->coarse.to, std::chrono::seconds(31));
  EXPECT_THAT(kept[0].batches, ElementsAre("three", "four"));
}

TEST(LeaseStore, ADroppedLeaseIsGoneWithAllItHad) {
  const TemporaryFolder state;
  LeaseStore store(state.path());
  store.keep(prepare_of("0123abcd", 7));
  store.make_black_box("0123abcd", 7, 2);
  store.keep_batch("0123abcd", 7, "batch");
  fs::create_directories(store.working_folder("0123abcd", 7) / "deep");
  store.drop("0123abcd", 7);
  EXPECT_TRUE(fs::is_empty(state.path() / "leases"));
  EXPECT_TRUE(fs::is_empty(state.path() / "unpacked"));
  store.drop("0123abcd", 7);  // again is nothing
  EXPECT_THAT(restore(store), IsEmpty());
}

TEST(LeaseStore, TheBlackBoxIsReadWhereItWasMade) {
  const TemporaryFolder state;
  LeaseStore store(state.path());
  EXPECT_FALSE(store.read_black_box("0123abcd", 7));
  const fs::path path = store.make_black_box("0123abcd", 7, 1);
  BlackBox::open(path).slot(0).begin_send();
  EXPECT_EQ(store.read_black_box("0123abcd", 7).value().sent, 1U);
  EXPECT_THROW(store.make_black_box("0123abcd", 7, 1), Failure) << "nobody has read the old one";
  store.replace_black_box("0123abcd", 7, 1, {5, 4, 3, 2, {}});
  EXPECT_EQ(store.read_black_box("0123abcd", 7).value().sent, 5U);
}

TEST(LeaseStore, NamesThatAreNoRunsBecomeNoPaths) {
  const TemporaryFolder state;
  LeaseStore store(state.path());
  for (const char* run : {"../../etc", "", "0123ABCD", "0123abc/", "0123abcd0"}) {
    EXPECT_THROW(store.keep(prepare_of(run, 1)), Failure) << run;
    EXPECT_THROW(store.working_folder(run, 1), Failure) << run;
    EXPECT_THROW(store.keep_batch(run, 1, "x"), Failure) << run;
  }
  EXPECT_TRUE(fs::is_empty(state.path() / "leases"));
}

TEST(LeaseStore, OthersCannotReadTheOrder) {
  const TemporaryFolder state;
  LeaseStore store(state.path());
  store.keep(prepare_of("0123abcd", 7));
  EXPECT_EQ(fs::status(state.path() / "leases" / "0123abcd-7").permissions(), fs::perms::owner_all);
}

TEST(LeaseStore, WhatCannotBeReadIsToldAndTheRestRestored) {
  const TemporaryFolder state;
  {
    LeaseStore store(state.path());
    store.keep(prepare_of("00000001", 1));
    store.keep(prepare_of("00000002", 1));
    store.keep(prepare_of("00000003", 1));
  }
  std::ofstream(state.path() / "leases" / "00000001-1" / "prepare", std::ios::trunc) << "damaged";
  fs::rename(state.path() / "leases" / "00000002-1", state.path() / "leases" / "00000002-9");
  fs::create_directory(state.path() / "leases" / "00000004-1");  // killed before the order was written
  LeaseStore store(state.path());
  std::vector<std::string> notes;
  const auto kept = restore(store, &notes);
  ASSERT_THAT(kept, SizeIs(1));
  EXPECT_EQ(kept[0].prepare.run, "00000003");
  EXPECT_THAT(notes, ElementsAre(HasSubstr("00000001-1"), HasSubstr("00000002-9"), HasSubstr("was not complete")));
  EXPECT_FALSE(fs::exists(state.path() / "leases" / "00000004-1"));
}

TEST(LeaseStore, WorkingFoldersDoNotOutliveIt) {
  const TemporaryFolder state;
  fs::create_directories(state.path() / "unpacked" / "0123abcd-7");
  const LeaseStore store(state.path());
  EXPECT_TRUE(fs::is_empty(state.path() / "unpacked"));
}

}  // namespace
}  // namespace loads::agent
