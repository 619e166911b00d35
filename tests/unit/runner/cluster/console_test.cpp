#include "runner/cluster/console.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "unit/runner/cluster/console_harness.h"

namespace loads::runner {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

TEST_F(ConsoleTest, AnOrderIsSubmittedAgainUntilItIsAnswered) {
  begin(submitting());
  ASSERT_EQ(out_.all<proto::Submit>().size(), 1U);
  pass(4s);
  const auto submits = out_.all<proto::Submit>();
  ASSERT_EQ(submits.size(), 3U);
  EXPECT_EQ(submits[2].nonce, "0123") << "the same order, which the broker takes once";
  answer(proto::Submitted{submits[0].request, kRun});
  EXPECT_EQ(console_->run(), kRun);
  EXPECT_THAT(out_.topics, ElementsAre(kRun));
  answer(proto::Submitted{submits[1].request, kRun});
  EXPECT_EQ(out_.topics.size(), 1U) << "answers to the others change nothing";
}

TEST_F(ConsoleTest, ARefusedOrderEndsIt) {
  begin(submitting());
  answer(proto::Error{1, 5, "not-enough-agents", "Not enough agents running on that broker."});
  EXPECT_EQ(console_->end(), Console::End::refused);
  EXPECT_EQ(console_->refusal().id, "not-enough-agents");
}

TEST_F(ConsoleTest, APartOfTheBundleIsGivenForTheAsking) {
  begin(submitting_bundle(300'000));
  answer(proto::Submitted{1, kRun});
  answer(proto::WantChunk{"cafe", 0});
  answer(proto::WantChunk{"cafe", 262'144});
  answer(proto::WantChunk{"cafe", 300'000});
  answer(proto::WantChunk{"beef", 0});
  const auto chunks = out_.all<proto::Chunk>();
  ASSERT_EQ(chunks.size(), 2U) << "no other bundle, and nothing beyond the end";
  EXPECT_EQ(chunks[0].data.size(), 262'144U);
  EXPECT_EQ(chunks[1].offset, 262'144U);
  EXPECT_EQ(chunks[1].data.size(), 300'000U - 262'144U);
}

TEST_F(ConsoleTest, ABrokerThatLostTheConnectionGetsTheOrderAgainAndSoKnowsWhomToAskForTheBundle) {
  begin(submitting_bundle(10));
  answer(proto::Submitted{1, kRun});
  pass_in_touch(12s, RunState::preparing);
  ASSERT_THAT(out_.all<proto::Attach>(), Not(IsEmpty()));
  EXPECT_EQ(out_.all<proto::Submit>().size(), 1U) << "only when the broker is known to have the run still";
  answer(snapshot(RunState::preparing, ++seq_, 1, 2));
  EXPECT_EQ(out_.all<proto::Submit>().size(), 2U);
}

TEST_F(ConsoleTest, PublicationsAreShownAndAskedForWhileNoneArrives) {
  running(submitting());
  pass(4s);
  EXPECT_EQ(out_.all<proto::Attach>().size(), 2U);
  publish(snapshot(RunState::running, 2));
  publish(snapshot(RunState::running, 3));
  EXPECT_EQ(out_.shown.size(), 3U);
  pass_in_touch(10s);
  EXPECT_EQ(out_.all<proto::Attach>().size(), 2U);
}

TEST_F(ConsoleTest, AnOlderStateIsNotShownAndANewEpochBeginsToCountAnew) {
  running(submitting());
  publish(snapshot(RunState::running, 9, 3));
  publish(snapshot(RunState::running, 8, 3));
  publish(snapshot(RunState::running, 100, 2));
  EXPECT_EQ(out_.shown.size(), 2U);
  publish(snapshot(RunState::running, 1, 4));
  EXPECT_EQ(out_.shown.size(), 3U) << "the broker was started again";
  EXPECT_EQ(console_->last()->epoch, 4U);
}

TEST_F(ConsoleTest, AnotherRunsStateIsNotShown) {
  running(submitting());
  proto::Snapshot other = snapshot(RunState::finished, 50);
  other.status.run = "00000000";
  publish(other);
  answer(other);
  EXPECT_EQ(out_.shown.size(), 1U);
  EXPECT_EQ(console_->end(), Console::End::none);
}

TEST_F(ConsoleTest, WhenTheRunIsOverItAsksForAllFigures) {
  running(submitting());
  publish(snapshot(RunState::finished, 2));
  EXPECT_EQ(console_->end(), Console::End::none) << "a publication has the figures of all names in one";
  ASSERT_EQ(out_.all<proto::Attach>().size(), 1U);
  EXPECT_EQ(out_.all<proto::Attach>()[0].run, kRun);
  pass_in_touch(2s, RunState::finished);
  EXPECT_EQ(out_.all<proto::Attach>().size(), 2U) << "the answer was lost";
  answer(snapshot(RunState::finished, 3, 1, 7));
  EXPECT_EQ(console_->end(), Console::End::over);
  EXPECT_EQ(console_->last()->seq, 3U);
}

TEST_F(ConsoleTest, AnEndWhosePublicationGotLostIsNoticed) {
  running(submitting());
  pass(2s);
  answer(snapshot(RunState::finished, 2, 1, 2));
  EXPECT_EQ(console_->end(), Console::End::over);
}

TEST_F(ConsoleTest, ASilentBrokerIsToldOnceAndSoIsItsReturn) {
  running(submitting());
  pass(20s);
  EXPECT_THAT(out_.notes, ElementsAre("The broker does not answer; the run goes on at its agents."));
  publish(snapshot(RunState::running, 1, 2));
  EXPECT_THAT(out_.notes, ElementsAre(HasSubstr("does not answer"), "The broker is back."));
  pass_in_touch(20s);
  EXPECT_EQ(out_.notes.size(), 2U);
}

TEST_F(ConsoleTest, AMinuteOfSilenceIsTheEnd) {
  running(submitting());
  pass(59s);
  EXPECT_EQ(console_->end(), Console::End::none);
  pass(1s);
  EXPECT_EQ(console_->end(), Console::End::unanswered);
  EXPECT_EQ(console_->run(), kRun);
}

TEST_F(ConsoleTest, BeforeAnythingRunsSilenceIsNoMoreThanSilence) {
  begin(submitting());
  pass(10s);
  EXPECT_THAT(out_.notes, ElementsAre("The broker does not answer."));
}

TEST_F(ConsoleTest, ARunThatHasToWaitForAgentsSaysSoOnce) {
  begin(submitting());
  answer(proto::Submitted{1, kRun});
  pass_in_touch(5s, RunState::queued);
  EXPECT_THAT(out_.notes, ElementsAre("Waiting for 5 free agents."));
}

TEST_F(ConsoleTest, AttachingBeginsWithAQuestionAndFollowsWhatIsAnswered) {
  begin(attaching("4f"));
  ASSERT_EQ(out_.all<proto::Attach>().size(), 1U);
  EXPECT_EQ(out_.all<proto::Attach>()[0].run, "4f");
  pass(2s);
  EXPECT_EQ(out_.all<proto::Attach>()[1].run, "4f");
  answer(snapshot(RunState::running, 1, 1, 2));
  EXPECT_THAT(out_.topics, ElementsAre(kRun));
  EXPECT_EQ(out_.shown.size(), 1U) << "at once, not with the first publication";
  pass(2s);
  EXPECT_EQ(out_.all<proto::Attach>().back().run, kRun);
}

TEST_F(ConsoleTest, AttachingToARunThatIsNotThereIsRefused) {
  begin(attaching("4f"));
  answer(proto::Error{1, 2, "no-such-run", "There is no run 4f on that broker."});
  EXPECT_EQ(console_->end(), Console::End::refused);
}

TEST_F(ConsoleTest, AttachingToARunThatIsOverShowsItsEnd) {
  begin(attaching("4f"));
  answer(snapshot(RunState::incomplete, 1, 1, 1));
  EXPECT_EQ(console_->end(), Console::End::over);
}

TEST_F(ConsoleTest, DetachedFromTheStartItWaitsUntilAllAgentsHaveTheTest) {
  ConsoleSettings settings = submitting();
  settings.detach = true;
  begin(settings);
  answer(proto::Submitted{1, kRun});
  pass_in_touch(1s, RunState::queued);
  pass_in_touch(1s, RunState::preparing);
  EXPECT_EQ(console_->end(), Console::End::none);
  publish(snapshot(RunState::ready, ++seq_));
  EXPECT_EQ(console_->end(), Console::End::detached);
  EXPECT_EQ(console_->stop_signal(), 0);
}

TEST_F(ConsoleTest, DetachedFromTheStartItTellsThatTheTestCannotBeLoaded) {
  ConsoleSettings settings = submitting();
  settings.detach = true;
  begin(settings);
  answer(proto::Submitted{1, kRun});
  publish(snapshot(RunState::failed, 2));
  answer(snapshot(RunState::failed, 3, 1, 2));
  EXPECT_EQ(console_->end(), Console::End::over);
}

}  // namespace
}  // namespace loads::runner
