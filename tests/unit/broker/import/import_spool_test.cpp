#include "broker/import/import_spool.h"

#include <gtest/gtest.h>

#include <sstream>

#include "broker/core/ledger.h"
#include "common/failure.h"
#include "common/journal/journal.h"
#include "common/state_folder.h"
#include "proto/agent_folder.h"
#include "proto/codec.h"
#include "support/temporary_folder.h"

namespace loads::broker {
namespace {

using namespace std::chrono_literals;
using proto::RunState;

constexpr const char* kRun = "0badcafe";
const std::string kAgent(32, 'a');
const std::string kOther(32, 'b');

std::span<const std::uint8_t> bytes_of(const std::string& text) {
  return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}

// Ten answers a batch; the last one has the end.
std::string batch(std::uint64_t seq, bool last = false) {
  proto::Batch out;
  out.run = kRun;
  out.lease = 1;
  out.seq = seq;
  out.to = std::chrono::seconds(seq);
  metrics::Slice slice;
  slice.requests["GET /"].answered = 10;
  out.slices.push_back(slice);
  out.tally.answered = 10 * seq;
  if (last) out.result = proto::ShareResult{proto::ShareEnd::completed, "", 0, {}};
  return proto::encode(out);
}

// A broker's state with one run of two agents, and the folder of one of them.
class ImportSpool : public testing::Test {
 protected:
  ImportSpool() {
    RunRecord record;
    record.run = kRun;
    record.state = RunState::running;
    record.submitted = record.started = proto::WallTime(1h);
    record.order.plan.test = "http://localhost/";
    record.order.plan.steps.push_back({1, 1, {}});
    record.leases = {{1, kAgent, 1, "host/1", false, {}, false, 0, {}, {}}, {2, kOther, 1, "host/2", false, {}, false, 0, {}, {}}};
    Shelf shelf(state_.path());
    shelf.save(record);
  }

  void save_as_incomplete() {
    Shelf shelf(state_.path());
    RunRecord record = *shelf.find(kRun);
    record.state = RunState::incomplete;
    record.ended = proto::WallTime(2h);
    record.leases[0].lost = record.leases[1].lost = true;
    shelf.save(record);
  }

  void keep(const std::vector<std::string>& batches) {
    agent_.write("identity", kAgent + " 1\n");
    proto::Prepare order{kRun, 1, 0, {}};
    order.order.plan.steps.push_back({1, 1, {}});
    agent_.write("leases/0badcafe-1/prepare", proto::to_record(order));
    journal::Journal journal(agent_.path() / "leases/0badcafe-1/batches", {.sync = false});
    for (const std::string& one : batches) journal.append(bytes_of(one));
    ASSERT_TRUE(journal.commit().ok());
  }

  // As an agent that has let go of what a broker had.
  void keep_after(std::uint64_t acknowledged, const std::vector<std::string>& batches) {
    keep({});
    proto::agent_folder::Checkpoint checkpoint;
    checkpoint.acknowledged = acknowledged;
    journal::Journal journal(agent_.path() / "leases/0badcafe-1/batches", {.sync = false});
    const std::string record = proto::to_record(checkpoint);
    ASSERT_TRUE(journal.replace(bytes_of(record), std::vector<std::string_view>(batches.begin(), batches.end())).ok());
  }

  int import() {
    Shelf shelf(state_.path());
    said_.str("");
    return import_spool(shelf, {agent_.path().string()}, said_);
  }

  // Of the run, as the next broker will have them.
  std::uint64_t hits() {
    Shelf shelf(state_.path());
    Ledger ledger;
    shelf.read_pages(kRun, [&](std::span<const std::uint8_t> page, bool is_checkpoint) {
      if (is_checkpoint) {
        ledger.restore(page);
      } else {
        ledger.enter(std::get<proto::Batch>(proto::decode<proto::FromAgent>(page).message));
      }
    });
    return ledger.totals().all().hits();
  }

  RunState state() { return Shelf(state_.path()).find(kRun)->state; }

  TemporaryFolder state_;
  TemporaryFolder agent_;
  std::ostringstream said_;
};

TEST_F(ImportSpool, EachBatchIsCountedOnceHoweverOftenItIsImported) {
  keep({batch(1), batch(2), batch(3, true)});
  EXPECT_EQ(import(), 0);
  EXPECT_NE(said_.str().find("run 0badcafe, agent host/1: 3 batches imported.\n"), std::string::npos) << said_.str();
  EXPECT_EQ(hits(), 30u);
  EXPECT_EQ(import(), 0);
  EXPECT_NE(said_.str().find("0 batches imported, 3 were here already.\n"), std::string::npos) << said_.str();
  EXPECT_EQ(hits(), 30u);
  EXPECT_EQ(state(), RunState::running) << "the other agent may be at work";
}

TEST_F(ImportSpool, ARunThatWasOverIsConcludedAnew) {
  save_as_incomplete();
  keep({batch(1), batch(2, true)});
  EXPECT_EQ(import(), 0);
  EXPECT_EQ(state(), RunState::incomplete);
  const std::string message = Shelf(state_.path()).find(kRun)->message;
  EXPECT_EQ(message.find("host/1"), std::string::npos) << message;
  EXPECT_NE(message.find("agent host/2: lost"), std::string::npos) << message;
}

TEST_F(ImportSpool, BehindAGapNothingIsTaken) {
  keep({batch(1), batch(3), batch(4, true)});
  EXPECT_EQ(import(), exit_code::too_few_agents);
  EXPECT_NE(said_.str().find("refused: batch 3 of run 0badcafe comes too early: one before it is not here."), std::string::npos)
      << said_.str();
  EXPECT_EQ(hits(), 10u) << "what is before it is true";
}

TEST_F(ImportSpool, WhatTheBrokerHadIsNotNeeded) {
  keep({batch(1), batch(2)});
  EXPECT_EQ(import(), 0);
  keep_after(2, {batch(3, true)});
  EXPECT_EQ(import(), 0) << said_.str();
  EXPECT_EQ(hits(), 30u);
}

TEST_F(ImportSpool, ABrokerThatDoesNotHaveWhatAnotherHadTakesNothing) {
  keep_after(2, {batch(3, true)});
  EXPECT_EQ(import(), exit_code::too_few_agents);
  EXPECT_NE(said_.str().find("refused: a broker had its first 2 batches, and this one does not have them all."), std::string::npos)
      << said_.str();
  EXPECT_EQ(hits(), 0u);
}

// The broker has got 1 and 2 merged as 1, and the agent's disk was full.
TEST_F(ImportSpool, BatchesThatAreNumberedOtherwiseAreRefused) {
  proto::Batch merged = std::get<proto::Batch>(proto::decode<proto::FromAgent>(batch(1)).message);
  merged.slices[0].requests["GET /"].answered = merged.tally.answered = 20;
  keep({proto::encode(merged)});
  EXPECT_EQ(import(), 0);
  std::filesystem::remove_all(agent_.path() / "leases/0badcafe-1/batches");
  keep({batch(1), batch(2), batch(3, true)});
  EXPECT_EQ(import(), exit_code::too_few_agents);
  EXPECT_NE(said_.str().find("refused: batch 1 of run 0badcafe is here already, and is another one."), std::string::npos) << said_.str();
  EXPECT_EQ(hits(), 20u);
}

TEST_F(ImportSpool, AnOrderThatCannotBeReadIsRefused) {
  keep({batch(1)});
  agent_.write("leases/0badcafe-1/prepare", "");
  EXPECT_EQ(import(), exit_code::too_few_agents);
  EXPECT_NE(said_.str().find("refused: it is not complete"), std::string::npos) << said_.str();
  EXPECT_EQ(hits(), 0u);
}

TEST_F(ImportSpool, BatchesOfAnotherRunInTheFolderAreRefused) {
  proto::Batch other;
  other.run = "00000001";
  other.lease = 1;
  other.seq = 1;
  keep({proto::encode(other)});
  EXPECT_EQ(import(), exit_code::too_few_agents);
  EXPECT_EQ(hits(), 0u);
}

TEST_F(ImportSpool, AnAgentThatHasKeptNothingIsSaidToHaveNothing) {
  agent_.write("identity", kAgent + " 1\n");
  std::filesystem::create_directories(agent_.path() / "leases");
  EXPECT_EQ(import(), 0);
  EXPECT_EQ(said_.str(), agent_.path().string() + ": nothing to import, its agent had brought all that it measured.\n");
}

TEST_F(ImportSpool, AFolderThatIsNoAgentsIsAUsersMistake) {
  Shelf shelf(state_.path());
  const TemporaryFolder empty;
  EXPECT_THROW(import_spool(shelf, {empty.path().string()}, said_), Failure);
}

}  // namespace
}  // namespace loads::broker
