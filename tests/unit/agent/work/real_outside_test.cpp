#include "agent/work/real_outside.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <fstream>
#include <iterator>
#include <random>
#include <string>

#include "common/black_box.h"
#include "common/run_id.h"
#include "proto/bundle/module_file.h"
#include "proto/bundle/pack.h"
#include "unit/agent/work/target.h"
#include "unit/agent/work/workplace.h"

namespace loads::agent {
namespace {

namespace fs = std::filesystem;
using namespace std::chrono_literals;
using proto::ShareEnd;
using testing::AnyOf;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

const plan::Step kForLong{4, {}, plan::Seconds(600)};

proto::TestSource url_test(const Target& target) {
  proto::TestSource source;
  source.url = target.url();
  return source;
}

// A run of a test of the module of misbehaving tests, whose bundle the broker gives when it is asked.
class ModuleRun {
 public:
  ModuleRun(const Target& target, const std::string& test, plan::Step step = {1, 10, {}}) : place_(state_.path()) {
    packed_ = bundle::pack({{"tests/misbehaving.so", LOADS_TEST_MODULE}});
    proto::TestSource source;
    source.module = "tests/misbehaving.so";
    source.class_name = "Misbehaving";
    source.test_name = test;
    source.machine = bundle::machine_name();
    source.bundle = packed_.sha256;
    source.bundle_size = packed_.bytes.size();
    proto::Prepare prepare = Workplace::order(source, step);
    prepare.order.settings.server_url = target.url();
    place_.say(prepare);
    give_bundle();
  }

  Workplace& place() { return place_; }
  fs::path state() const { return state_.path(); }

  // To its end; the agent is free again then.
  void run() {
    ASSERT_TRUE(place_.until_prepared()) << place_.log();
    ASSERT_EQ(place_.prepared->exit_code, 0) << place_.prepared->message;
    place_.start();
    ASSERT_TRUE(place_.until_result()) << place_.log();
    EXPECT_TRUE(place_.is_balanced());
    EXPECT_TRUE(place_.until_idle()) << place_.log();
  }

 private:
  void give_bundle() {
    constexpr std::size_t kPart = 256 * 1024;
    for (std::size_t i = 0; i < place_.wanted.size(); ++i) {
      const auto begin = packed_.bytes.begin() + static_cast<std::ptrdiff_t>(place_.wanted[i].offset);
      const auto size = std::min<std::ptrdiff_t>(kPart, packed_.bytes.end() - begin);
      place_.say(proto::Chunk{packed_.sha256, place_.wanted[i].offset, {begin, begin + size}});
    }
  }

  TemporaryFolder state_;
  Workplace place_;
  bundle::Packed packed_;
};

// Of a worker that was killed: what was answered is reported, and what is missing is at most what was in flight.
void expect_within_bounds(const Workplace& place, const Target& target) {
  const std::uint64_t counted = target.count();
  EXPECT_LE(place.tally().answered, counted);
  EXPECT_LE(counted, place.tally().sent);
  EXPECT_LE(counted - place.tally().answered, place.result()->in_flight);
}

TEST(RealOutside, AUrlTestIsRunAndEveryRequestIsInABatch) {
  const Target target;
  const TemporaryFolder state;
  Workplace place(state.path());
  place.say(Workplace::order(url_test(target), {10, 50, {}}));
  ASSERT_TRUE(place.until_prepared()) << place.log();
  EXPECT_EQ(place.prepared->exit_code, 0) << place.prepared->message;
  EXPECT_EQ(target.count(), 0U) << "nothing is sent before the start";
  place.start();
  ASSERT_TRUE(place.until_result()) << place.log();
  EXPECT_EQ(place.result()->end, ShareEnd::completed);
  EXPECT_EQ(place.result()->in_flight, 0U);
  EXPECT_EQ(place.tally().answered, 500U);
  EXPECT_EQ(place.tally().sent, 500U);
  EXPECT_EQ(place.tally().runs(), 500U);
  EXPECT_EQ(target.count(), 500U);
  EXPECT_TRUE(place.is_balanced());
  ASSERT_EQ(place.batches.back().steps.size(), 1U);
  EXPECT_TRUE(place.until_idle());
  EXPECT_TRUE(fs::is_empty(state.path() / "leases"));
  EXPECT_TRUE(fs::is_empty(state.path() / "unpacked"));
}

TEST(RealOutside, ALongRunReportsOnceASecondUntilItIsStopped) {
  const Target target;
  const TemporaryFolder state;
  Workplace place(state.path());
  place.say(Workplace::order(url_test(target), kForLong));
  ASSERT_TRUE(place.until_prepared()) << place.log();
  place.start();
  ASSERT_TRUE(place.until([&] { return place.batches.size() >= 3 && place.progress && place.progress->users == 4; })) << place.log();
  for (std::size_t i = 0; i + 1 < place.batches.size(); ++i) EXPECT_EQ(place.batches[i + 1].from, place.batches[i].to);
  for (const proto::Batch& batch : place.batches) {  // one that is late has more than a second
    EXPECT_GE(batch.to - batch.from, 1s);
    EXPECT_EQ(batch.to % 1s, 0s);
  }
  place.stop(false);
  ASSERT_TRUE(place.until_result()) << place.log();
  EXPECT_EQ(place.result()->end, ShareEnd::stopped);
  EXPECT_EQ(place.tally().answered, target.count());
  EXPECT_TRUE(place.is_balanced());
  EXPECT_TRUE(place.until_idle());
}

TEST(RealOutside, AStopThatCutsDoesNotWaitForTests) {
  const Target target;
  ModuleRun run(target, "sleeps", {3, 1, {}});
  Workplace& place = run.place();
  ASSERT_TRUE(place.until_prepared()) << place.log();
  place.start();
  ASSERT_TRUE(place.until([&] { return target.count() == 3; }));
  place.stop(true);
  ASSERT_TRUE(place.until_result()) << place.log();
  EXPECT_EQ(place.result()->end, ShareEnd::stopped);
  EXPECT_EQ(place.tally().outcomes[static_cast<std::size_t>(metrics::Outcome::cut)], 3U);
}

TEST(RealOutside, AStopBeforeTheStartEndsTheWorker) {
  const Target target;
  const TemporaryFolder state;
  Workplace place(state.path());
  place.say(Workplace::order(url_test(target), kForLong));
  ASSERT_TRUE(place.until_prepared()) << place.log();
  place.stop(false);
  EXPECT_TRUE(place.until_idle()) << place.log();
  EXPECT_EQ(target.count(), 0U);
}

TEST(RealOutside, AModuleOfABundleIsRun) {
  const Target target;
  ModuleRun run(target, "visits", {5, 20, {}});
  run.run();
  EXPECT_EQ(run.place().result()->end, ShareEnd::completed);
  EXPECT_EQ(target.count(), 100U);
  EXPECT_EQ(run.place().tally().answered, 100U);
  EXPECT_TRUE(fs::is_empty(run.state() / "unpacked"));
}

TEST(RealOutside, ATestThatCrashesIsNamedAndWhatItDidIsCounted) {
  const Target target;
  ModuleRun run(target, "crashes");
  run.run();
  EXPECT_EQ(run.place().result()->end, ShareEnd::crashed);
  EXPECT_THAT(run.place().result()->message, StartsWith("segmentation fault in test Misbehaving.crashes"));
  EXPECT_EQ(run.place().tally().answered, 3U);
  EXPECT_EQ(run.place().tally().runs(), 3U) << "two good ones and the one that crashed";
  EXPECT_EQ(target.count(), 3U);
}

TEST(RealOutside, ATestThatCallsExitIsNamed) {
  const Target target;
  ModuleRun run(target, "exits");
  run.run();
  EXPECT_EQ(run.place().result()->end, ShareEnd::crashed);
  EXPECT_EQ(run.place().result()->message, "exit() was called in test Misbehaving.exits");
}

TEST(RealOutside, ATestThatNeverYieldsIsNamedAndGivenUpAfterTenSeconds) {
  const Target target;
  ModuleRun run(target, "never_yields", {2, 10, {}});
  const auto begin = std::chrono::steady_clock::now();
  run.run();
  EXPECT_LT(std::chrono::steady_clock::now() - begin, 20s);
  EXPECT_EQ(run.place().result()->end, ShareEnd::crashed);
  EXPECT_EQ(run.place().result()->message, "Misbehaving.never_yields has kept its thread busy for over 10 s without waiting");
  EXPECT_EQ(run.place().tally().answered, target.count());
  EXPECT_THAT(run.place().log(), HasSubstr("| ")) << "the watchdog's backtrace";
}

TEST(RealOutside, ATestThatHoldsItsThreadAfterACutIsGivenUp) {
  const Target target;
  ModuleRun run(target, "never_yields");
  Workplace& place = run.place();
  ASSERT_TRUE(place.until_prepared()) << place.log();
  place.start();
  ASSERT_TRUE(place.until([&] { return place.progress && place.progress->tally.answered == 3; }));  // and waits for nothing from then on
  place.stop(true);
  ASSERT_TRUE(place.until_result()) << place.log();
  EXPECT_EQ(place.result()->end, ShareEnd::crashed);
  EXPECT_EQ(place.result()->message, "Misbehaving.never_yields does not give its thread back though it was cut off");
  EXPECT_EQ(place.tally().answered, 3U);
}

TEST(RealOutside, AWorkerThatExitsIsLostAndItsBlackBoxReported) {
  const Target target;
  ModuleRun run(target, "exits_at_once");
  run.run();
  EXPECT_EQ(run.place().result()->end, ShareEnd::worker_lost);
  EXPECT_EQ(run.place().result()->message, "its worker process ended: exit code 9: the disk is on fire");
  EXPECT_EQ(run.place().tally().answered, 3U);
  EXPECT_EQ(run.place().batches.back().slices[0].requests.count("(times lost)"), 1U);
}

TEST(RealOutside, ATestThatPrints100MegabytesHarmsNobody) {
  const Target target;
  ModuleRun run(target, "prints_100_megabytes", {1, 1, {}});
  run.run();
  EXPECT_EQ(run.place().result()->end, ShareEnd::completed);
  const std::string log = run.place().log();
  EXPECT_THAT(log, HasSubstr("run 0123abcd: | that was all"));
  EXPECT_THAT(log, HasSubstr("bytes before this"));
  EXPECT_LT(log.size(), 200'000U);
}

TEST(RealOutside, ATestThatWritesToTheAgentIsKilled) {
  const Target target;
  ModuleRun run(target, "writes_to_the_agent");
  run.run();
  EXPECT_EQ(run.place().result()->end, ShareEnd::worker_lost);
  EXPECT_THAT(run.place().result()->message, HasSubstr("it announced a message of 4294967295 bytes"));
  expect_within_bounds(run.place(), target);
}

TEST(RealOutside, ATestThatClosesTheConnectionEndsItsWorker) {
  const Target target;
  ModuleRun run(target, "closes_everything");
  run.run();
  EXPECT_EQ(run.place().result()->end, ShareEnd::worker_lost);
  EXPECT_THAT(run.place().result()->message,
              AnyOf("its worker process ended: exit code 70: loads-runner: the connection to the agent is broken: Bad file descriptor",
                    HasSubstr("it has closed its connection to the agent")));  // when it takes longer than a second to notice
  expect_within_bounds(run.place(), target);
}

TEST(RealOutside, WhatCannotBeLoadedIsAnAnswer) {
  const Target target;
  ModuleRun run(target, "no_such_test");
  Workplace& place = run.place();
  ASSERT_TRUE(place.until_prepared()) << place.log();
  EXPECT_EQ(place.prepared->exit_code, exit_code::cannot_load);
  EXPECT_EQ(place.prepared->error_id, "no-such-test");
  EXPECT_THAT(place.prepared->message, StartsWith("no test \"no_such_test\" in Misbehaving"));
  place.stop(true);
  EXPECT_TRUE(place.until_idle()) << place.log();
}

TEST(RealOutside, AWorkerThatCannotBeStartedIsAnAnswerToo) {
  const Target target;
  const TemporaryFolder state;
  Workplace place(state.path(), "/nowhere/loads-runner");
  place.say(Workplace::order(url_test(target), kForLong));
  ASSERT_TRUE(place.until_prepared());
  EXPECT_EQ(place.prepared->exit_code, exit_code::cannot_load);
  EXPECT_THAT(place.prepared->message, HasSubstr("exec /nowhere/loads-runner: No such file or directory"));
}

TEST(RealOutside, AWorkerThatLivesOnWithoutItsConnectionIsKilled) {
  const TemporaryFolder state;
  const fs::path script = state.path() / "runner";
  std::ofstream(script) << "#!/bin/sh\neval \"exec $LOADS_WORKER_SOCKET>&-\"\nexec sleep 1000\n";
  fs::permissions(script, fs::perms::owner_all);
  Workplace place(state.path(), script);
  proto::TestSource source;
  source.url = "http://localhost/";
  place.say(Workplace::order(source, kForLong));
  ASSERT_TRUE(place.until_prepared()) << place.log();
  EXPECT_THAT(place.prepared->message, HasSubstr("it has closed its connection to the agent"));
}

TEST(RealOutside, ABundleWhoseBytesAreOthersIsRefused) {
  const TemporaryFolder state;
  Workplace place(state.path());
  proto::TestSource source;
  source.module = "m.so";
  source.bundle = std::string(64, 'a');
  source.bundle_size = 10;
  place.say(Workplace::order(source, kForLong));
  ASSERT_EQ(place.wanted.size(), 1U);
  place.say(proto::Chunk{source.bundle, 0, proto::Blob(10, 'x')});
  ASSERT_TRUE(place.until_prepared());
  EXPECT_EQ(place.prepared->error_id, "bundle");
}

TEST(RealOutside, ARunWhoseNameIsAPathGetsNoWorker) {
  const Target target;
  const TemporaryFolder state;
  Workplace place(state.path());
  proto::Prepare prepare = Workplace::order(url_test(target), kForLong);
  prepare.run = "../../../tmp/evil";
  place.say(prepare);
  ASSERT_TRUE(place.until_prepared());
  EXPECT_NE(place.prepared->exit_code, 0);
  EXPECT_EQ(place.worker(), -1);
}

// The promise of the cluster: what was answered is reported, what may be missing is bounded, whenever the worker is killed.
TEST(RealOutside, TwentyKilledWorkersAreReportedWithinTheirBounds) {
  std::mt19937 random(20);
  for (int kill = 0; kill < 20; ++kill) {
    const Target target;
    const TemporaryFolder state;
    Workplace place(state.path());
    place.say(Workplace::order(url_test(target), {10, {}, plan::Seconds(600)}));
    ASSERT_TRUE(place.until_prepared()) << place.log();
    place.start();
    const std::uint64_t least = 1 + random() % 5000;
    ASSERT_TRUE(place.until([&] { return target.count() >= least; })) << place.log();
    place.kill_worker(SIGKILL);
    ASSERT_TRUE(place.until_result()) << place.log();
    EXPECT_EQ(place.result()->end, ShareEnd::worker_lost);
    EXPECT_EQ(place.result()->message, "its worker process ended: SIGKILL");
    expect_within_bounds(place, target);
    EXPECT_LE(place.result()->in_flight, 10U) << "one for each user";
    EXPECT_TRUE(place.is_balanced());
  }
}

// Leaves the state folder of an agent that was killed in the middle of a run, once its worker is dead, too.
void kill_an_agent(const Target& target, const fs::path& state) {
  ::prctl(PR_SET_CHILD_SUBREAPER, 1);  // the orphan comes to this process
  int ends[2] = {-1, -1};
  ASSERT_EQ(::pipe(ends), 0);
  const pid_t agent = ::fork();
  if (agent == 0) {
    Workplace place(state);
    place.acknowledging = false;
    place.say(Workplace::order(url_test(target), kForLong));
    if (!place.until_prepared()) ::_exit(1);
    place.start();
    if (!place.until([&] { return !place.batches.empty() && place.tally().answered > 0; })) ::_exit(1);
    const pid_t worker = place.worker();
    if (::write(ends[1], &worker, sizeof worker) < 0) ::_exit(1);
    ::raise(SIGKILL);
  }
  ::close(ends[1]);
  pid_t worker = -1;
  ASSERT_EQ(::read(ends[0], &worker, sizeof worker), static_cast<ssize_t>(sizeof worker)) << "it got no worker to work";
  ::close(ends[0]);
  ASSERT_EQ(::waitpid(agent, nullptr, 0), agent);
  ASSERT_EQ(::waitpid(worker, nullptr, 0), worker);
}

TEST(RealOutside, TheNextIncarnationReportsWhatAKilledAgentHadMeasured) {
  const Target target;
  const TemporaryFolder state;
  kill_an_agent(target, state.path());
  Workplace place(state.path());
  ASSERT_TRUE(place.until_result()) << place.log();
  EXPECT_EQ(place.result()->end, ShareEnd::agent_lost);
  EXPECT_TRUE(place.is_balanced());
  expect_within_bounds(place, target);
  EXPECT_TRUE(place.until_idle());
  EXPECT_TRUE(fs::is_empty(state.path() / "leases"));
}

}  // namespace
}  // namespace loads::agent
