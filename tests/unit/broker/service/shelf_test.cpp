#include "broker/service/shelf.h"

#include <gtest/gtest.h>

#include <fstream>

#include "support/temporary_folder.h"

namespace loads::broker {
namespace {

constexpr const char* kRun = "0badcafe";

std::vector<std::string> pages_of(Shelf& shelf) {
  std::vector<std::string> pages;
  EXPECT_TRUE(shelf.read_pages(kRun, [&](std::span<const std::uint8_t> page, bool is_checkpoint) {
    pages.push_back((is_checkpoint ? "checkpoint " : "") + std::string(page.begin(), page.end()));
  }));
  return pages;
}

RunRecord record(proto::RunState state) {
  RunRecord out;
  out.run = kRun;
  out.nonce = "nonce";
  out.state = state;
  if (proto::is_over(state)) out.ended = proto::WallTime(std::chrono::hours(480'000));
  out.order.plan.test = "http://localhost/";
  out.order.plan.steps.push_back({1, 1, {}});
  return out;
}

using Pages = std::vector<std::string>;

TEST(Shelf, WhatWasCommittedIsThereAgain) {
  const TemporaryFolder folder;
  {
    Shelf shelf(folder.path());
    shelf.append(kRun, "one");
    shelf.append(kRun, "two");
    EXPECT_GT(shelf.uncommitted(), 0u);
    EXPECT_TRUE(shelf.commit().empty());
    EXPECT_EQ(shelf.uncommitted(), 0u);
  }
  Shelf again(folder.path());
  EXPECT_EQ(pages_of(again), (Pages{"one", "two"}));
}

TEST(Shelf, ACheckpointTakesThePlaceOfWhatCameBefore) {
  const TemporaryFolder folder;
  Shelf shelf(folder.path());
  shelf.append(kRun, "one");
  shelf.checkpoint(kRun, "all");
  shelf.append(kRun, "two");
  EXPECT_TRUE(shelf.commit().empty());
  EXPECT_EQ(pages_of(shelf), (Pages{"checkpoint all", "two"}));
}

// A file stands where the run's folder should be: whatever the disk does not let us do looks like that.
TEST(Shelf, WhatTheDiskDoesNotTakeWaitsAndIsNotCommitted) {
  const TemporaryFolder folder;
  Shelf shelf(folder.path());
  std::filesystem::create_directories(folder.path() / "runs");
  std::ofstream(folder.path() / "runs" / kRun) << "in the way";
  shelf.append(kRun, "one");
  EXPECT_EQ(shelf.commit(), std::set<std::string>{kRun});
  EXPECT_NE(shelf.trouble(), "");
  shelf.append(kRun, "two");
  EXPECT_EQ(shelf.commit(), std::set<std::string>{kRun});
  shelf.close_unused();
  shelf.close_unused();
  std::filesystem::remove(folder.path() / "runs" / kRun);
  EXPECT_TRUE(shelf.commit().empty());
  EXPECT_EQ(shelf.trouble(), "");
  EXPECT_EQ(pages_of(shelf), (Pages{"one", "two"}));
}

TEST(Shelf, KnowsItsRunsAgain) {
  const TemporaryFolder folder;
  Shelf shelf(folder.path());
  EXPECT_TRUE(shelf.save(record(proto::RunState::running)));
  ASSERT_EQ(shelf.open_runs().size(), 1u);
  EXPECT_EQ(shelf.open_runs()[0].nonce, "nonce");
  EXPECT_TRUE(shelf.save(record(proto::RunState::finished)));
  EXPECT_TRUE(shelf.open_runs().empty());
  ASSERT_EQ(shelf.ended(10).size(), 1u);
  EXPECT_TRUE(shelf.find(kRun));
  EXPECT_FALSE(shelf.find("00000000"));
}

TEST(Shelf, AnAgentBelongsToTheKeyThatItCameWithFirst) {
  const TemporaryFolder folder;
  Shelf shelf(folder.path());
  EXPECT_EQ(shelf.why_not_agent_of("a", "web-1"), "");
  EXPECT_EQ(shelf.why_not_agent_of("a", "web-1"), "");
  EXPECT_EQ(shelf.why_not_agent_of("a", "web-2"), "this agent belongs to another key: give each agent a state folder of its own");
  EXPECT_NE(shelf.why_not_agent_of("a", ""), "");
  EXPECT_EQ(shelf.why_not_agent_of("b", ""), "");
}

TEST(Shelf, AKeyHasSoManyAgentsAndNoMore) {
  const TemporaryFolder folder;
  {
    Shelf shelf(folder.path(), 2);
    EXPECT_EQ(shelf.why_not_agent_of("a", "web-1"), "");
    EXPECT_TRUE(shelf.commit().empty());
  }
  Shelf shelf(folder.path(), 2);
  EXPECT_EQ(shelf.why_not_agent_of("b", "web-1"), "");
  EXPECT_EQ(shelf.why_not_agent_of("c", "web-1"),
            "the key of web-1 has 2 agents already, as many as one may have: enroll another one (loads-broker --enroll agent NAME)");
  EXPECT_EQ(shelf.why_not_agent_of("a", "web-1"), "") << "those that are known may come";
  EXPECT_EQ(shelf.why_not_agent_of("c", "web-2"), "");
}

// Of a run that could not be begun nothing is written ever again.
TEST(Shelf, ATroubleWithRecordsEndsByItself) {
  const TemporaryFolder folder;
  Shelf shelf(folder.path());
  RunRecord large = record(proto::RunState::queued);
  large.message.assign(std::size_t{1} << 30U, 'x');  // more than SQLite takes
  EXPECT_FALSE(shelf.save(large));
  EXPECT_FALSE(shelf.find(kRun));
  EXPECT_NE(shelf.trouble(), "") << "that it can be read says nothing";
  shelf.look_whether_trouble_is_over();
  EXPECT_EQ(shelf.trouble(), "");
}

TEST(Shelf, ATroubleEndsWithTheRunThatItIsAbout) {
  const TemporaryFolder folder;
  Shelf shelf(folder.path());
  ASSERT_TRUE(shelf.save(record(proto::RunState::finished)));
  std::filesystem::create_directories(folder.path() / "runs");
  std::ofstream(folder.path() / "runs" / kRun) << "in the way";
  EXPECT_FALSE(shelf.read_pages(kRun, [](auto, bool) {}));
  EXPECT_NE(shelf.trouble(), "");
  shelf.prune(0);
  EXPECT_EQ(shelf.trouble(), "");
}

TEST(Shelf, TheClustersNameStays) {
  const TemporaryFolder folder;
  const std::string name = Shelf(folder.path()).cluster();
  EXPECT_EQ(Shelf(folder.path()).cluster(), name);
}

}  // namespace
}  // namespace loads::broker
