// How a console stops a run, or leaves it.

#include "runner/cluster/console.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <csignal>

#include "unit/runner/cluster/console_harness.h"

namespace loads::runner {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

TEST_F(ConsoleTest, CtrlCStopsTheRunAndWaitsForItsEnd) {
  running(submitting()).on_signal(SIGINT, now_);
  ASSERT_EQ(out_.all<proto::StopRun>().size(), 1U);
  EXPECT_FALSE(out_.all<proto::StopRun>()[0].cut);
  EXPECT_THAT(out_.notes, ElementsAre("Stopping: test runs have 10s to end by themselves. Again cuts them off."));
  EXPECT_EQ(console_->end(), Console::End::none);
  EXPECT_EQ(console_->stop_signal(), SIGINT);
}

TEST_F(ConsoleTest, AStopIsSentAgainUntilItIsAnswered) {
  running(submitting()).on_signal(SIGTERM, now_);
  pass_in_touch(4s);
  const auto stops = out_.all<proto::StopRun>();
  ASSERT_EQ(stops.size(), 3U);
  answer(proto::Done{stops[0].request, 1});
  pass_in_touch(4s);
  EXPECT_EQ(out_.all<proto::StopRun>().size(), 3U);
  EXPECT_EQ(console_->stop_signal(), SIGTERM);
}

TEST_F(ConsoleTest, ASecondCtrlCCutsAndAThirdLeaves) {
  running(submitting()).on_signal(SIGINT, now_);
  console_->on_signal(SIGINT, now_);
  ASSERT_EQ(out_.all<proto::StopRun>().size(), 2U);
  EXPECT_TRUE(out_.all<proto::StopRun>()[1].cut);
  answer(proto::Done{out_.all<proto::StopRun>()[0].request, 1});
  pass_in_touch(2s);
  EXPECT_EQ(out_.all<proto::StopRun>().size(), 3U) << "what was answered is the first request, not the second";
  console_->on_signal(SIGINT, now_);
  EXPECT_EQ(console_->end(), Console::End::detached);
  EXPECT_EQ(console_->stop_signal(), SIGINT);
}

TEST_F(ConsoleTest, CtrlCBeforeTheRunHasANameStopsItAsSoonAsItHasOne) {
  ConsoleSettings settings = submitting();
  settings.on_interrupt = OnInterrupt::ask;
  begin(settings).on_signal(SIGINT, now_);
  EXPECT_THAT(out_.all<proto::StopRun>(), IsEmpty());
  EXPECT_THAT(out_.notes, ElementsAre(HasSubstr("Stopping: test runs have 10s")));
  answer(proto::Submitted{1, kRun});
  ASSERT_EQ(out_.all<proto::StopRun>().size(), 1U);
  EXPECT_EQ(out_.all<proto::StopRun>()[0].run, kRun);
}

TEST_F(ConsoleTest, AStopThatIsNotAllowedIsTold) {
  running(attaching()).on_signal(SIGTERM, now_);
  answer(proto::Error{out_.all<proto::StopRun>()[0].request, 4, "keys", "a viewer may not stop a run"});
  EXPECT_EQ(console_->end(), Console::End::none);
  EXPECT_THAT(out_.notes, Contains("a viewer may not stop a run"));
  EXPECT_EQ(console_->stop_signal(), 0);
}

TEST_F(ConsoleTest, OnATerminalCtrlCAsks) {
  running(attaching()).on_signal(SIGINT, now_);
  EXPECT_TRUE(console_->is_asking());
  EXPECT_THAT(out_.questions, ElementsAre(1)) << "with the figures so far";
  publish(snapshot(RunState::running, 2));
  EXPECT_EQ(out_.shown.size(), 1U) << "nothing is drawn over the question";
  EXPECT_EQ(console_->last()->seq, 2U);
}

TEST_F(ConsoleTest, TheAnswerSStops) {
  running(attaching()).on_signal(SIGINT, now_);
  console_->on_line(" S \n", now_);
  EXPECT_FALSE(console_->is_asking());
  EXPECT_EQ(out_.all<proto::StopRun>().size(), 1U);
  EXPECT_EQ(console_->end(), Console::End::none);
  publish(snapshot(RunState::stopping, 2));
  EXPECT_EQ(out_.shown.size(), 2U);
  console_->on_signal(SIGINT, now_);
  EXPECT_FALSE(console_->is_asking()) << "it has been answered";
  EXPECT_TRUE(out_.all<proto::StopRun>().back().cut);
}

TEST_F(ConsoleTest, TheAnswerDDetaches) {
  running(attaching()).on_signal(SIGINT, now_);
  console_->on_line("d", now_);
  EXPECT_EQ(console_->end(), Console::End::detached);
  EXPECT_THAT(out_.all<proto::StopRun>(), IsEmpty());
}

TEST_F(ConsoleTest, AnyOtherAnswerIsAskedAgain) {
  running(attaching()).on_signal(SIGINT, now_);
  console_->on_line("", now_);
  console_->on_line("quit", now_);
  EXPECT_THAT(out_.questions, ElementsAre(1, -1, -1));
  EXPECT_TRUE(console_->is_asking());
}

TEST_F(ConsoleTest, CtrlCAtTheQuestionStops) {
  running(attaching()).on_signal(SIGINT, now_);
  console_->on_signal(SIGINT, now_);
  EXPECT_EQ(out_.ended_questions, 1);
  ASSERT_EQ(out_.all<proto::StopRun>().size(), 1U);
  EXPECT_FALSE(out_.all<proto::StopRun>()[0].cut);
}

TEST_F(ConsoleTest, TheEndOfInputAtTheQuestionDetaches) {
  running(attaching()).on_end_of_input();
  EXPECT_EQ(console_->end(), Console::End::none) << "nothing was asked";
  console_->on_signal(SIGINT, now_);
  console_->on_end_of_input();
  EXPECT_EQ(console_->end(), Console::End::detached);
}

TEST_F(ConsoleTest, AQuestionIsIdleWhenTheRunEnds) {
  running(attaching()).on_signal(SIGINT, now_);
  answer(snapshot(RunState::finished, 5, 1, 2));
  EXPECT_EQ(out_.ended_questions, 1);
  EXPECT_EQ(console_->end(), Console::End::over);
}

TEST_F(ConsoleTest, BeforeTheStartThereAreNoFiguresToShowWithTheQuestion) {
  begin(attaching());
  answer(snapshot(RunState::queued, 1, 1, 1));
  console_->on_signal(SIGINT, now_);
  EXPECT_THAT(out_.questions, ElementsAre(-1));
}

TEST_F(ConsoleTest, AClosedTerminalDetachesWhateverCtrlCDoes) {
  running(submitting()).on_signal(SIGHUP, now_);
  EXPECT_EQ(console_->end(), Console::End::detached);
  EXPECT_THAT(out_.all<proto::StopRun>(), IsEmpty());
}

TEST_F(ConsoleTest, SigtermStopsWithoutAQuestion) {
  running(attaching()).on_signal(SIGTERM, now_);
  EXPECT_EQ(out_.all<proto::StopRun>().size(), 1U);
  EXPECT_THAT(out_.questions, IsEmpty());
}

TEST_F(ConsoleTest, OnInterruptDetachLeavesTheRunAlone) {
  ConsoleSettings settings = attaching();
  settings.on_interrupt = OnInterrupt::detach;
  running(settings).on_signal(SIGTERM, now_);
  EXPECT_EQ(console_->end(), Console::End::detached);
}

TEST_F(ConsoleTest, WhoDetachesWhileTheBundleIsOnItsWayLeavesWhenItHasArrived) {
  ConsoleSettings settings = submitting_bundle(10);
  settings.on_interrupt = OnInterrupt::detach;
  begin(settings);
  answer(proto::Submitted{1, kRun});
  publish(snapshot(RunState::preparing, 1));
  console_->on_signal(SIGINT, now_);
  EXPECT_EQ(console_->end(), Console::End::none);
  EXPECT_THAT(out_.notes, ElementsAre("Detaching as soon as the agents have the test."));
  answer(proto::WantChunk{"cafe", 0});
  EXPECT_EQ(out_.all<proto::Chunk>().size(), 1U);
  publish(snapshot(RunState::ready, 2));
  EXPECT_EQ(console_->end(), Console::End::detached);
}

TEST_F(ConsoleTest, AStopAfterAllTakesBackThatItWasToDetach) {
  ConsoleSettings settings = submitting();
  settings.detach = true;
  begin(settings);
  answer(proto::Submitted{1, kRun});
  console_->on_signal(SIGINT, now_);
  publish(snapshot(RunState::stopping, 2));
  EXPECT_EQ(console_->end(), Console::End::none) << "its end is waited for";
}

TEST_F(ConsoleTest, WhatComesAfterTheEndChangesNothing) {
  running(attaching()).on_signal(SIGHUP, now_);
  const std::size_t sent = out_.sent.size();
  answer(snapshot(RunState::finished, 9, 1, 9));
  publish(snapshot(RunState::running, 10));
  pass(70s);
  console_->on_signal(SIGINT, now_);
  EXPECT_EQ(console_->end(), Console::End::detached);
  EXPECT_EQ(out_.sent.size(), sent);
}

}  // namespace
}  // namespace loads::runner
