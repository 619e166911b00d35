#include "engine/fiber/children.h"

#include <gtest/gtest.h>

#include <stdexcept>

namespace loads::fiber {
namespace {

const auto kForEver = std::chrono::hours(1);

TEST(Children, AreJoined) {
  Loop loop(2);
  int ended = 0;
  loop.spawn([&] {
    Children children(loop);
    for (int i = 0; i < 5; ++i) {
      children.spawn([&, i] {
        for (int turn = 0; turn < i; ++turn) loop.yield();
        ++ended;
      });
    }
    EXPECT_EQ(ended, 0);
    children.join();
    EXPECT_EQ(ended, 5);
    children.join();  // of none
  });
  loop.run();
  EXPECT_EQ(ended, 5);
}

TEST(Children, HaveTheOwnerOfTheirParent) {
  Loop loop(2);
  int owner = 0;
  loop.spawn([&] {
    loop.running()->owner = &owner;
    Children children(loop);
    children.spawn([&] { EXPECT_EQ(loop.running()->owner, &owner); });
    children.join();
  });
  loop.run();
}

TEST(Children, JoinKeepsTheDeadlineOfTheParent) {
  Loop loop(2);
  loop.spawn([&] {
    const TimePoint past = Clock::now() - std::chrono::seconds(1);
    loop.set_deadline(past);
    bool ended = false;
    Children children(loop);
    children.spawn([&] {
      loop.yield();
      ended = true;
    });
    children.join();
    EXPECT_TRUE(ended);
    EXPECT_EQ(loop.deadline(), past);
  });
  loop.run();
}

TEST(Children, AreCancelledWhenTheirParentLeavesByAnException) {
  Loop loop(2);
  int unwound = 0;
  struct Counts {
    int& count;
    ~Counts() { ++count; }
  };
  loop.spawn([&] {
    try {
      Children children(loop);
      for (int i = 0; i < 3; ++i) {
        children.spawn([&] {
          const Counts counts{unwound};
          loop.sleep_until(Clock::now() + kForEver);
        });
      }
      loop.yield();
      throw std::runtime_error("gone");
    } catch (const std::runtime_error& error) {
      EXPECT_STREQ(error.what(), "gone");
    }
    EXPECT_EQ(unwound, 3);
  });
  loop.run();
  EXPECT_EQ(unwound, 3);
}

TEST(Children, EndBeforeTheirParentWhenAllAreCancelled) {
  Loop loop(2);
  bool parent_ended = false;
  int ended_first = 0;
  struct AtTheEnd {
    std::function<void()> call;
    ~AtTheEnd() { call(); }
  };
  loop.spawn([&] {
    const AtTheEnd end{[&] { parent_ended = true; }};
    Children children(loop);
    for (int i = 0; i < 3; ++i) {
      children.spawn([&] {
        const AtTheEnd own{[&] { ended_first += parent_ended ? 0 : 1; }};
        loop.park();
      });
    }
    children.join();
  });
  loop.spawn([&] {
    loop.yield();
    loop.yield();
    loop.cancel_all();
  });
  loop.run();
  EXPECT_EQ(ended_first, 3);
  EXPECT_TRUE(parent_ended);
}

TEST(Children, ThatNeverRanAreNotWaitedFor) {
  Loop loop(2);
  bool ran = false;
  loop.spawn([&] {
    const Children none(loop);
    Children children(loop);
    children.spawn([&] { ran = true; });
  });
  loop.run();
  EXPECT_FALSE(ran);
}

}  // namespace
}  // namespace loads::fiber
