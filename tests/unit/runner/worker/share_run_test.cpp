#include "runner/worker/share_run.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

namespace loads::runner {
namespace {

using namespace std::chrono_literals;

// Three requests.
metrics::Slice slice_of_three() {
  metrics::RequestRecord answered;
  answered.status = 200;
  metrics::Slice slice;
  for (int i = 0; i < 3; ++i) metrics::entry(slice.requests, "GET /").add(answered);
  return slice;
}

// Crashes and ends while it is being asked whether it has ended, as a share does whose thread is quicker than the one that asks. Each time
// that it is asked for its tally, a thread counts three requests more behind that, and hands them over.
class CrashingShare final : public user::Share {
 public:
  explicit CrashingShare(Sink sink) : sink_(std::move(sink)) {}

  void start(std::optional<TimePoint>) override {}
  void join(TimePoint, TimePoint) override {}
  bool wait_for(std::chrono::milliseconds) override {
    crashed_ = "worker process 1 of 2 was killed";
    return true;
  }
  void stop() override {}
  void cut() override {}
  void steer(const plan::Steering&) override {}
  std::optional<std::string> crashed() const override { return crashed_; }
  void rescue() override {}
  user::Progress progress() const override { return {}; }
  metrics::Tally tally() const override {
    metrics::Tally tally;
    tally.sent = tally.settled = tally.answered = counted_;
    counted_ += 3;
    sink_(slice_of_three());
    return tally;
  }
  std::vector<user::Warning> warnings() const override { return {}; }
  std::optional<std::string> holding_test(std::chrono::nanoseconds) const override { return {}; }

 private:
  const Sink sink_;
  mutable std::uint64_t counted_ = 3;
  std::optional<std::string> crashed_;
};

class ShareRunTest : public testing::Test {
 protected:
  // The last batch of a run that begins now and crashes.
  proto::Batch last_batch(std::chrono::seconds warm_up) {
    proto::Prepare prepare;
    prepare.run = "0123abcd";
    prepare.order.plan.steps = {{1, 1, {}}};
    prepare.order.plan.warm_up = warm_up;
    std::optional<proto::Batch> last;
    const auto keep = [&](const proto::FromWorker& message) {
      if (const auto* batch = std::get_if<proto::Batch>(&message)) last = *batch;
    };
    ShareRun run(prepare, {}, [](ShareWork work) { return std::make_unique<CrashingShare>(work.sink); },
                 {keep, [] { return true; }, [] {}});
    run.start(ShareRun::Clock::now());
    run.look(ShareRun::Clock::now());
    EXPECT_TRUE(run.is_over());
    return last.value();
  }
};

TEST_F(ShareRunTest, AShareThatCrashesAsItEndsHasNotCompleted) {
  const proto::Batch batch = last_batch(0s);
  ASSERT_TRUE(batch.result);
  EXPECT_EQ(batch.result->end, proto::ShareEnd::crashed);
  EXPECT_EQ(batch.result->message, "worker process 1 of 2 was killed");
}

TEST_F(ShareRunTest, WhatIsCountedBehindACrashHidesNothing) {
  const proto::Batch batch = last_batch(0s);
  ASSERT_EQ(batch.slices.size(), 1U);
  EXPECT_EQ(batch.slices.front().requests.count("GET /"), 0U) << "all three that were counted are lost";
  EXPECT_EQ(batch.slices.front().hits(), 3U);
  EXPECT_EQ(batch.tally.answered, 3U);
}

TEST_F(ShareRunTest, WhatACrashLeavesWithoutTimesIsOfTheWarmUpDuringIt) {
  for (const std::chrono::seconds warm_up : {0s, 100s}) {
    const proto::Batch batch = last_batch(warm_up);
    ASSERT_EQ(batch.slices.size(), 1U);
    EXPECT_EQ(batch.slices.front().hits(), 3U);
    EXPECT_EQ(batch.slices.front().warm_up, warm_up > 0s);
  }
}

}  // namespace
}  // namespace loads::runner
