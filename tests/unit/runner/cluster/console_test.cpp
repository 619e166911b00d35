#include "runner/cluster/console.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <csignal>
#include <variant>
#include <vector>

namespace loads::runner {
namespace {

using namespace std::chrono_literals;
using proto::RunState;
using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

constexpr const char* kRun = "4f1c09ab";

// What a console has done, in the order in which it did it.
class Recorded : public ConsoleOutside {
 public:
  void send(const proto::FromConsole& message) override { sent.push_back(message); }
  void listen_to(const std::string& run) override { topics.push_back(run); }
  void show(const proto::Snapshot& snapshot) override { shown.push_back(snapshot); }
  void note(const std::string& line) override { notes.push_back(line); }
  void ask(const proto::Snapshot* so_far) override { questions.push_back(so_far == nullptr ? -1 : static_cast<int>(so_far->seq)); }
  void end_question() override { ++ended_questions; }

  template <typename Message>
  std::vector<Message> all() const {
    std::vector<Message> found;
    for (const proto::FromConsole& message : sent) {
      if (const auto* one = std::get_if<Message>(&message)) found.push_back(*one);
    }
    return found;
  }

  std::vector<proto::FromConsole> sent;
  std::vector<std::string> topics;
  std::vector<proto::Snapshot> shown;
  std::vector<std::string> notes;
  std::vector<int> questions;  // the number of the snapshot that was shown with it, -1: none
  int ended_questions = 0;
};

ConsoleSettings submitting() {
  proto::RunOrder order;
  order.test.url = "http://a/";
  order.plan.agents = 5;
  order.settings.stop_timeout = 10s;
  ConsoleSettings settings;
  settings.order = order;
  settings.nonce = "0123";
  return settings;
}

ConsoleSettings submitting_bundle(std::size_t size) {
  ConsoleSettings settings = submitting();
  settings.bundle = proto::Blob(size, 7);
  settings.order->test.url = "";
  settings.order->test.bundle = "cafe";
  settings.order->test.bundle_size = size;
  return settings;
}

// At a terminal.
ConsoleSettings attaching(const std::string& run = {}) {
  ConsoleSettings settings;
  settings.run = run;
  settings.on_interrupt = OnInterrupt::ask;
  return settings;
}

proto::Snapshot snapshot(RunState state, std::uint64_t seq, std::uint64_t epoch = 1, std::uint64_t request = 0) {
  proto::Snapshot snapshot;
  snapshot.request = request;
  snapshot.epoch = epoch;
  snapshot.seq = seq;
  snapshot.status.run = kRun;
  snapshot.status.state = state;
  snapshot.status.plan.agents = 5;
  return snapshot;
}

class ConsoleTest : public testing::Test {
 protected:
  Console& begin(ConsoleSettings settings) {
    console_.emplace(std::move(settings), out_);
    console_->begin(now_);
    return *console_;
  }

  Console& running(ConsoleSettings settings) {
    begin(std::move(settings));
    if (!out_.all<proto::Submit>().empty()) answer(proto::Submitted{out_.all<proto::Submit>().back().request, kRun});
    answer(snapshot(RunState::running, 1, 1, 1));
    return *console_;
  }

  void answer(const proto::ToConsole& message) { console_->on_message(message, now_); }
  void publish(const proto::Snapshot& snapshot) { console_->on_publication(snapshot, now_); }

  void pass(std::chrono::nanoseconds time) {
    for (const auto until = now_ + time; now_ < until;) {
      now_ += 100ms;
      console_->tick(now_);
    }
  }

  // Time passes, and the broker goes on publishing.
  void pass_in_touch(std::chrono::nanoseconds time, RunState state = RunState::running) {
    for (const auto until = now_ + time; now_ < until;) {
      pass(500ms);
      publish(snapshot(state, ++seq_));
    }
  }

  Recorded out_;
  Console::Time now_ = 1000s;
  std::uint64_t seq_ = 100;
  std::optional<Console> console_;
};

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
