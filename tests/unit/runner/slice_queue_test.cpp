#include "runner/slice_queue.h"

#include <gtest/gtest.h>

#include "common/metrics/totals.h"

#include <thread>

namespace loads::runner {
namespace {

void drain(SliceQueue& queue, metrics::Totals& totals) {
  const SliceQueue::Contents contents = queue.take();
  for (const metrics::Slice& slice : contents.slices) totals.add(slice);
  for (const auto& [step, duration] : contents.steps) totals.set_step_duration(step, duration);
}

metrics::Slice slice_of(std::uint32_t step, std::uint64_t successes) {
  metrics::Slice slice;
  slice.step = step;
  slice.outcomes[static_cast<std::size_t>(metrics::Outcome::success)] = successes;
  return slice;
}

TEST(SliceQueue, GivesEverythingOnce) {
  SliceQueue queue;
  metrics::Totals totals;
  queue.push(slice_of(0, 3));
  queue.push(slice_of(1, 4));
  queue.push({1, std::chrono::duration<double>(2.5)});
  drain(queue, totals);
  drain(queue, totals);
  EXPECT_EQ(totals.all().runs(metrics::Outcome::success), 7U);
  ASSERT_EQ(totals.steps().size(), 2U);
  EXPECT_EQ(totals.steps()[1].slice.runs(metrics::Outcome::success), 4U);
  EXPECT_EQ(totals.steps()[1].duration.count(), 2.5);
}

TEST(SliceQueue, TakenSlicesAreInTheirOrder) {
  SliceQueue queue;
  queue.push(slice_of(1, 3));
  queue.push(slice_of(0, 4));
  const SliceQueue::Contents contents = queue.take();
  ASSERT_EQ(contents.slices.size(), 2U);
  EXPECT_EQ(contents.slices[0].step, 1U);
  EXPECT_TRUE(contents.steps.empty());
  EXPECT_TRUE(queue.take().slices.empty());
}

TEST(SliceQueue, LosesNothingBetweenThreads) {
  SliceQueue queue;
  metrics::Totals totals;
  std::thread other([&] {
    for (int i = 0; i < 1000; ++i) queue.push(slice_of(0, 1));
  });
  for (int i = 0; i < 1000; ++i) drain(queue, totals);
  other.join();
  drain(queue, totals);
  EXPECT_EQ(totals.all().runs(metrics::Outcome::success), 1000U);
}

}  // namespace
}  // namespace loads::runner
