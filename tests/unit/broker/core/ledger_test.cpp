#include "broker/core/ledger.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <vector>

namespace loads::broker {
namespace {

using namespace std::chrono_literals;

// `answers` requests answered in a second, of the share `lease`.
proto::Batch batch(proto::Lease lease, std::uint64_t seq, std::uint64_t answers, std::uint64_t answers_before) {
  proto::Batch out;
  out.run = "0badcafe";
  out.lease = lease;
  out.seq = seq;
  out.to = std::chrono::seconds(seq);
  metrics::Slice slice;
  metrics::RequestRecord record;
  record.status = 200;
  record.total = 3ms;
  for (std::uint64_t i = 0; i < answers; ++i) entry(slice.requests, "GET /").add(record);
  out.slices.push_back(slice);
  out.tally.answered = answers_before + answers;
  return out;
}

std::span<const std::uint8_t> bytes_of(const std::string& text) {
  return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}

TEST(Ledger, ABatchIsCountedOnce) {
  Ledger ledger;
  EXPECT_EQ(ledger.enter(batch(1, 1, 10, 0)), Ledger::Entry::entered);
  EXPECT_EQ(ledger.enter(batch(1, 1, 10, 0)), Ledger::Entry::repeated);
  EXPECT_EQ(ledger.totals().all().hits(), 10u);
}

TEST(Ledger, ABatchWithoutTheOneBeforeItHasToWait) {
  Ledger ledger;
  EXPECT_EQ(ledger.enter(batch(1, 2, 5, 10)), Ledger::Entry::too_early);
  EXPECT_EQ(ledger.enter(batch(1, 1, 10, 0)), Ledger::Entry::entered);
  EXPECT_EQ(ledger.enter(batch(1, 2, 5, 10)), Ledger::Entry::entered);
  EXPECT_EQ(ledger.totals().all().hits(), 15u);
}

TEST(Ledger, ExemplarsComeBackFromACheckpoint) {
  Ledger ledger;
  proto::Batch some = batch(1, 1, 10, 0);
  metrics::Exemplar exemplar;
  exemplar.name = "GET /slow";
  exemplar.status = 200;
  exemplar.step = some.slices[0].step = 3;
  some.slices[0].exemplars.add(exemplar);
  exemplar.status = 503;
  some.slices[0].exemplars.add(exemplar);
  ledger.enter(some);
  Ledger again;
  ASSERT_TRUE(again.restore(bytes_of(ledger.checkpoint())));
  EXPECT_EQ(again.totals().all().exemplars.slowest(), ledger.totals().all().exemplars.slowest());
  EXPECT_EQ(again.totals().all().exemplars.failed(), ledger.totals().all().exemplars.failed());
  EXPECT_EQ(again.totals().all().exemplars.failed().size(), 1u);
  EXPECT_EQ(again.checkpoint(), ledger.checkpoint());
}

TEST(Ledger, SharesAreCountedApart) {
  Ledger ledger;
  ledger.enter(batch(1, 1, 10, 0));
  EXPECT_EQ(ledger.enter(batch(2, 1, 7, 0)), Ledger::Entry::entered);
  EXPECT_EQ(ledger.account(1)->tally.answered, 10u);
  EXPECT_EQ(ledger.account(2)->tally.answered, 7u);
  EXPECT_EQ(ledger.account(3), nullptr);
}

TEST(Ledger, NothingComesAfterTheLastBatch) {
  Ledger ledger;
  proto::Batch last = batch(1, 1, 10, 0);
  last.result = proto::ShareResult{proto::ShareEnd::completed, "", 0, {}};
  ledger.enter(last);
  EXPECT_EQ(ledger.enter(batch(1, 2, 5, 10)), Ledger::Entry::repeated);
  EXPECT_EQ(ledger.totals().all().hits(), 10u);
}

TEST(Ledger, BatchesThatContradictTheirTotalsAreNoticed) {
  Ledger ledger;
  ledger.enter(batch(1, 1, 10, 0));
  EXPECT_TRUE(ledger.balanced());
  ledger.enter(batch(1, 2, 5, 11));
  EXPECT_FALSE(ledger.balanced());
}

// What was read back has to be what was written.
TEST(Ledger, FiguresBeyondWhatCanBeReadBackAreNotTakenAndNotBelieved) {
  Ledger ledger;
  for (std::uint64_t seq = 1; seq <= 3; ++seq) {
    proto::Batch huge = batch(1, seq, 1, seq - 1);
    huge.slices[0].outcomes[0] = std::uint64_t{1} << 47;
    huge.tally.outcomes[0] = std::uint64_t{1} << (seq < 2 ? 47 : 48);  // as much as a message may say
    EXPECT_EQ(ledger.enter(huge), Ledger::Entry::entered);
    EXPECT_EQ(ledger.balanced(), seq < 2) << seq;
    Ledger again;
    EXPECT_TRUE(again.restore(bytes_of(ledger.checkpoint()))) << seq;
  }
  EXPECT_EQ(ledger.totals().all().hits(), 1u);
}

TEST(Ledger, AGapIsBorneOnceAndOnlyWhenItIsToBe) {
  Ledger ledger;
  ledger.bear_gaps();
  EXPECT_EQ(ledger.enter(batch(1, 7, 10, 60)), Ledger::Entry::entered);
  EXPECT_TRUE(ledger.balanced()) << "what is missing is no contradiction";
  EXPECT_EQ(ledger.enter(batch(1, 9, 10, 80)), Ledger::Entry::too_early);
  EXPECT_EQ(ledger.enter(batch(1, 8, 10, 70)), Ledger::Entry::entered);
}

TEST(Ledger, AStepLastsUntilItsLastAgentIsDone) {
  Ledger ledger;
  proto::Batch quick = batch(1, 1, 1, 0);
  quick.steps.emplace_back(0U, 2s);
  proto::Batch slow = batch(2, 1, 1, 0);
  slow.steps.emplace_back(0U, 3s);
  ledger.enter(slow);
  ledger.enter(quick);
  EXPECT_EQ(ledger.totals().steps().at(0).duration, 3s);
}

TEST(Ledger, ACheckpointIsTheWholeLedger) {
  Ledger ledger;
  ledger.enter(batch(1, 1, 10, 0));
  ledger.enter(batch(2, 1, 7, 0));
  Ledger again;
  ASSERT_TRUE(again.restore(bytes_of(ledger.checkpoint())));
  EXPECT_EQ(again.totals().all().hits(), 17u);
  EXPECT_EQ(again.enter(batch(1, 1, 10, 0)), Ledger::Entry::repeated);
  EXPECT_EQ(again.enter(batch(1, 2, 1, 10)), Ledger::Entry::entered);
  EXPECT_TRUE(again.balanced());
  EXPECT_EQ(again.duration(), 2s);
}

TEST(Ledger, WhatIsNoCheckpointChangesNothing) {
  Ledger ledger;
  ledger.enter(batch(1, 1, 10, 0));
  const std::string whole = ledger.checkpoint();
  for (std::size_t size = 0; size < whole.size(); ++size) EXPECT_FALSE(ledger.restore(bytes_of(whole.substr(0, size)))) << size;
  EXPECT_EQ(ledger.totals().all().hits(), 10u);
}

// Whatever is lost, doubled and out of order: as long as everything comes in the end, it is counted once.
TEST(Ledger, AnyScheduleOfDeliveriesGivesTheSameTotals) {
  for (unsigned seed = 0; seed < 300; ++seed) {
    std::mt19937 random(seed);
    std::vector<proto::Batch> sent;
    std::uint64_t answers = 0;
    for (proto::Lease lease = 1; lease <= 3; ++lease) {
      std::uint64_t before = 0;
      for (std::uint64_t seq = 1; seq <= 6; ++seq) {
        const std::uint64_t now = random() % 20;
        sent.push_back(batch(lease, seq, now, before));
        before += now;
      }
      answers += before;
    }
    Ledger ledger;
    for (int round = 0; round < 6; ++round) {  // each round lets at least one more of each share in
      std::vector<proto::Batch> delivered = sent;
      delivered.insert(delivered.end(), sent.begin(), sent.begin() + static_cast<std::ptrdiff_t>(random() % sent.size()));
      std::shuffle(delivered.begin(), delivered.end(), random);
      for (const proto::Batch& one : delivered) ledger.enter(one);
    }
    EXPECT_EQ(ledger.totals().all().hits(), answers) << "seed " << seed;
    EXPECT_TRUE(ledger.balanced()) << "seed " << seed;
  }
}

}  // namespace
}  // namespace loads::broker
