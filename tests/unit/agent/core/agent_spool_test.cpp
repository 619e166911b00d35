// A broker that takes nothing for long, and what is kept of a run meanwhile.

#include "unit/agent/core/agent_harness.h"

namespace loads::agent {
namespace {

constexpr std::size_t kLimit = 4096;

class AgentSpoolTest : public AgentTest {
 protected:
  AgentSpoolTest() : AgentTest(kLimit) {}

  // A second of load.
  void measure(std::optional<ShareEnd> end = {}) {
    all_ += 10;
    proto::Batch one = batch(++made_, 10, all_, end);
    one.from = measured_;
    one.to = measured_ += 1s;
    say(one);
    agent_.tick(time_ += 1s);
  }

  std::vector<proto::Batch> sent() const {
    std::vector<proto::Batch> batches;
    for (const auto& message : outside_.broker) {
      if (const auto* one = std::get_if<proto::Batch>(&message)) batches.push_back(*one);
    }
    return batches;
  }

  std::size_t kept_bytes() const {
    std::size_t bytes = 0;
    for (const std::string& one : outside_.batches) bytes += one.size();
    return bytes;
  }

  // A broker that has the first `durable` batches, and acknowledges the others as they come.
  std::vector<proto::Batch> bring_all(std::uint64_t durable = 0, const metrics::Tally& tally = {}) {
    outside_.broker.clear();
    hear(proto::Welcome{"cluster", 2, "1.0.0", 0, 64, {{"0badcafe", 1, proto::LeaseDecision::keep, durable, tally}}});
    std::vector<proto::Batch> taken;
    for (int turn = 0; turn < 50; ++turn) {
      for (const proto::Batch& one : sent()) {
        if (one.seq == durable + 1) durable = one.seq, taken.push_back(one);
      }
      outside_.broker.clear();
      hear(proto::Ack{"0badcafe", 1, durable});
      agent_.tick(time_ += 100ms);
    }
    return taken;
  }

  static std::uint64_t hits_of(const std::vector<proto::Batch>& batches) {
    std::uint64_t hits = 0;
    for (const proto::Batch& one : batches) {
      for (const metrics::Slice& slice : one.slices) hits += slice.hits();
    }
    return hits;
  }

  std::uint64_t made_ = 0;
  std::uint64_t all_ = 0;
  proto::Nanoseconds measured_{};
};

TEST_F(AgentSpoolTest, ABrokerThatIsAwayCostsTimeResolutionAlone) {
  work();
  for (int second = 0; second < 300; ++second) {
    measure();
    EXPECT_LT(kept_bytes(), 2 * kLimit) << second;
  }
  measure(ShareEnd::completed);
  agent_.on_worker_gone("0badcafe", 1, "exit code 0");
  const auto taken = bring_all();
  EXPECT_EQ(hits_of(taken), 3010u);
  EXPECT_LT(taken.size(), 40u);
  EXPECT_EQ(taken.back().tally.answered, 3010u);
  ASSERT_TRUE(taken.back().result.has_value());
  ASSERT_EQ(taken.back().result->warnings.size(), 1u);
  EXPECT_EQ(taken.back().result->warnings[0].id, "coarse-figures");
  EXPECT_EQ(taken.back().result->warnings[0].message,
            "the broker did not take its figures for long: those between 00:01 and 04:49 have a resolution of 1m (the totals are exact)");
  EXPECT_TRUE(agent_.is_idle());
}

TEST_F(AgentSpoolTest, WhatHasGoneOutStaysAsItIs) {
  work();
  for (int second = 0; second < 3; ++second) {
    measure();
    hear(proto::Ack{"0badcafe", 1, 0});
  }
  const auto before = sent();
  ASSERT_FALSE(before.empty());
  for (int second = 0; second < 100; ++second) measure();
  ASSERT_GT(outside_.spools_kept, 0);
  const auto taken = bring_all();
  for (std::size_t i = 0; i < before.back().seq; ++i) {
    EXPECT_EQ(taken[i].seq, i + 1);
    EXPECT_EQ(taken[i].to - taken[i].from, 1s) << i;
  }
  EXPECT_EQ(hits_of(taken), 1030u);
}

TEST_F(AgentSpoolTest, OfWhatTheBrokerHasTheDiskIsCleared) {
  work();
  for (int second = 0; second < 200; ++second) {
    measure();
    hear(proto::Ack{"0badcafe", 1, made_});
    EXPECT_LT(kept_bytes(), kLimit);
  }
  ASSERT_TRUE(outside_.kept.has_value());
  EXPECT_GT(outside_.kept->acknowledged, 190u);
  EXPECT_EQ(outside_.kept->coarse.width, 0s);
  // Killed, and started again.
  Agent again(identity(), outside_, kLimit);
  outside_.box = metrics::Tally{2005, 2005, 2005, 0, {}};
  again.restore(prepare(), outside_.kept, outside_.batches);
  again.tick(time_);
  EXPECT_EQ(outside_.told<proto::Hello>()->leases.at(0).last_seq, 200u);
  const metrics::Tally tally{2000, 2000, 2000, 0, {}};
  again.on_broker(proto::Welcome{"cluster", 2, "1.0.0", 0, 64, {{"0badcafe", 1, proto::LeaseDecision::keep, 200, tally}}}, time_);
  EXPECT_EQ(outside_.told<proto::Batch>()->seq, 201u);
  EXPECT_EQ(outside_.told<proto::Batch>()->tally.answered, 2005u);
  EXPECT_EQ(outside_.told<proto::Batch>()->from, outside_.kept->until + (200 - outside_.kept->acknowledged) * 1s);
}

TEST_F(AgentSpoolTest, ADiskThatWasFullGetsAllWhenItHasRoom) {
  work();
  outside_.disk_is_full = true;
  for (int second = 0; second < 50; ++second) measure();
  const std::size_t before = outside_.batches.size();
  EXPECT_GT(outside_.spools_kept, 0);
  EXPECT_LT(before, 50u) << "what would be numbered otherwise is not put behind what is there";
  outside_.disk_is_full = false;
  for (int second = 0; second < 11; ++second) measure();
  ASSERT_TRUE(outside_.kept.has_value());
  measure();
  std::vector<proto::Batch> on_disk;
  for (const std::string& bytes : outside_.batches)
    on_disk.push_back(std::get<proto::Batch>(proto::decode<proto::FromAgent>(bytes).message));
  EXPECT_EQ(hits_of(on_disk), 620u);
  EXPECT_EQ(hits_of(bring_all()), 620u);
}

// It was full when batches were merged and the broker got them: the numbers on it mean something else.
TEST_F(AgentSpoolTest, ADiskThatSaysOtherwiseThanTheBrokerIsNotBelieved) {
  std::vector<std::string> batches;
  for (std::uint64_t seq = 1; seq <= 5; ++seq) {
    proto::Batch one = batch(seq, 10, 10 * seq);
    one.run = "0badcafe";
    one.lease = 1;
    batches.push_back(proto::encode(one));
  }
  outside_.box = metrics::Tally{100, 100, 100, 0, {}};
  agent_.restore(prepare(), {}, batches);
  pass(100ms);
  const auto taken = bring_all(3, metrics::Tally{70, 70, 70, 0, {}});
  ASSERT_EQ(taken.size(), 1u);
  EXPECT_EQ(taken[0].seq, 4u);
  EXPECT_EQ(hits_of(taken), 30u);
  EXPECT_EQ(taken[0].result->end, ShareEnd::agent_lost);
  EXPECT_EQ(outside_.kept->acknowledged, 3u);
  EXPECT_EQ(outside_.batches.size(), 1u) << "the disk has it alone";
}

TEST_F(AgentSpoolTest, AWorkerThatTakesAnothersPlaceGoesOnBehindWhatWasMerged) {
  join();
  proto::Prepare order = prepare();
  order.order.plan.steps[0].duration = 600s;
  order.order.worker_restarts = 1;
  order.order.on_broker_loss = proto::BrokerLoss::go_on;
  hear(order);
  say(proto::Prepared{});
  hear(proto::Start{"0badcafe", 1, time_ + 100ms});
  for (int second = 0; second < 100; ++second) measure();
  outside_.box = metrics::Tally{1003, 1003, 1003, 0, {}};
  agent_.on_worker_gone("0badcafe", 1, "SIGSEGV");
  say(proto::Prepared{});
  made_ = all_ = 0;
  for (int second = 0; second < 100; ++second) measure();
  measure(ShareEnd::completed);
  const auto taken = bring_all();
  EXPECT_EQ(hits_of(taken), 1003u + 1010u);
  EXPECT_EQ(taken.back().tally.answered, 2013u);
}

}  // namespace
}  // namespace loads::agent
