#include "runner/stopping.h"

#include <gtest/gtest.h>

#include <csignal>

namespace loads::runner {
namespace {

using namespace std::chrono_literals;
using Action = Stopping::Action;

const Stopping::Clock::time_point kStart{1000s};

TEST(Stopping, NothingHappensWithoutASignal) {
  Stopping stopping(10s);
  EXPECT_EQ(stopping.on_time(kStart + 1000h), Action::none);
  EXPECT_EQ(stopping.ending(), Ending::completed);
}

TEST(Stopping, TheFirstSignalStopsAndTheSecondCuts) {
  Stopping stopping(10s);
  EXPECT_EQ(stopping.on_signal(SIGINT, kStart), Action::stop);
  EXPECT_EQ(stopping.on_signal(SIGINT, kStart + 1s), Action::cut);
  EXPECT_EQ(stopping.ending(), Ending::interrupted);
}

TEST(Stopping, ARunThatMeetsItsOwnConditionStopsAndASignalCuts) {
  Stopping stopping(10s);
  EXPECT_EQ(stopping.on_abort(kStart), Action::stop);
  EXPECT_EQ(stopping.on_abort(kStart + 1s), Action::none);
  EXPECT_EQ(stopping.on_signal(SIGINT, kStart + 1s), Action::cut);
  EXPECT_EQ(stopping.ending(), Ending::aborted);
}

TEST(Stopping, WhatStopsAlreadyIsNotAborted) {
  Stopping stopping(10s);
  EXPECT_EQ(stopping.on_signal(SIGINT, kStart), Action::stop);
  EXPECT_EQ(stopping.on_abort(kStart + 1s), Action::none);
  EXPECT_EQ(stopping.ending(), Ending::interrupted);
}

TEST(Stopping, ARequestMayComeAgain) {
  Stopping stopping(10s);
  EXPECT_EQ(stopping.on_request(false, kStart), Action::stop);
  EXPECT_EQ(stopping.on_request(false, kStart + 1s), Action::none);
  EXPECT_EQ(stopping.on_request(true, kStart + 2s), Action::cut);
  EXPECT_EQ(stopping.on_request(true, kStart + 3s), Action::none);
  EXPECT_EQ(stopping.on_time(kStart + 2s + Stopping::kCutGrace), Action::give_up);
  EXPECT_EQ(stopping.ending(), Ending::terminated);
}

TEST(Stopping, ARequestThatCutsCutsAtOnce) {
  Stopping stopping(10s);
  EXPECT_EQ(stopping.on_request(true, kStart), Action::cut);
  EXPECT_EQ(stopping.on_request(false, kStart + 1s), Action::none);
  EXPECT_EQ(stopping.on_time(kStart + 10s), Action::give_up);
}

TEST(Stopping, PatienceEndsOnce) {
  Stopping stopping(10s);
  stopping.on_signal(SIGTERM, kStart);
  EXPECT_EQ(stopping.on_time(kStart + 9s), Action::none);
  EXPECT_EQ(stopping.on_time(kStart + 10s), Action::cut);
  EXPECT_EQ(stopping.on_time(kStart + 11s), Action::none);
  EXPECT_EQ(stopping.ending(), Ending::terminated);
}

TEST(Stopping, TheFirstSignalNamesTheEnding) {
  Stopping stopping(10s);
  stopping.on_signal(SIGTERM, kStart);
  stopping.on_signal(SIGINT, kStart);
  EXPECT_EQ(stopping.ending(), Ending::terminated);
}

TEST(Stopping, WhatDoesNotEndWhenCutIsGivenUp) {
  Stopping stopping(10s);
  stopping.on_signal(SIGINT, kStart);
  stopping.on_signal(SIGINT, kStart);
  EXPECT_EQ(stopping.on_time(kStart + 4s), Action::none);
  EXPECT_EQ(stopping.on_time(kStart + 5s), Action::give_up);
  EXPECT_EQ(stopping.on_time(kStart + 6s), Action::none);
  EXPECT_EQ(stopping.on_signal(SIGINT, kStart + 6s), Action::none);
}

TEST(Stopping, AThirdSignalGivesUpAtOnce) {
  Stopping stopping(0s);
  stopping.on_signal(SIGINT, kStart);
  stopping.on_signal(SIGINT, kStart);
  EXPECT_EQ(stopping.on_signal(SIGINT, kStart), Action::give_up);
}

TEST(Stopping, PatienceMayBeLongerThanTheClockCanSay) {
  Stopping stopping(std::chrono::nanoseconds::max());
  EXPECT_EQ(stopping.on_signal(SIGINT, kStart), Action::stop);
  EXPECT_EQ(stopping.on_time(kStart + 1000h), Action::none);
}

}  // namespace
}  // namespace loads::runner
