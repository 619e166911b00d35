#include "runner/python/process_share.h"

#include <gmock/gmock.h>

#include <algorithm>
#include <cstdint>

#include "common/failure.h"
#include "unit/runner/python/share_harness.h"

namespace loads::runner {
namespace {

using namespace std::chrono_literals;
using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::StartsWith;

constexpr auto kSuccess = static_cast<std::size_t>(metrics::Outcome::success);

// Of `parts`, "begin|end" of one run each, in nanoseconds: the first begin and the last end.
std::pair<std::int64_t, std::int64_t> bounds(const std::vector<std::string>& lines, std::size_t first, std::size_t count) {
  std::pair<std::int64_t, std::int64_t> bounds{INT64_MAX, 0};
  for (std::size_t i = first; i < first + count; ++i) {
    bounds.first = std::min<std::int64_t>(bounds.first, std::stoll(lines[i]));
    bounds.second = std::max<std::int64_t>(bounds.second, std::stoll(lines[i].substr(lines[i].find('|') + 1)));
  }
  return bounds;
}

TEST(ProcessShare, CountsWhatItsProcessesDid) {
  ShareHarness harness("class TestSite(TestCase):\n    def test_it(self):\n        done(str(os.getpid()))\n");
  const auto share = harness.make({hits(5, 7)}, 2);
  harness.run(*share);
  std::vector<std::string> pids = harness.done();
  EXPECT_EQ(pids.size(), 35U);
  EXPECT_EQ(harness.handed_over().outcomes[kSuccess], 35U);
  EXPECT_EQ(share->tally(), harness.handed_over());
  EXPECT_FALSE(share->crashed());
  EXPECT_EQ(share->progress().finished_runs, 35U);
  EXPECT_EQ(share->progress().active_users, 0U);
  std::sort(pids.begin(), pids.end());
  EXPECT_EQ(std::unique(pids.begin(), pids.end()) - pids.begin(), 2);
}

TEST(ProcessShare, AStepBeginsWhenTheOneBeforeItHasEndedEverywhere) {
  ShareHarness harness(
      "class TestSite(TestCase):\n    def test_it(self):\n        begin = time.monotonic_ns()\n        sleep(0.02)\n"
      "        done(f'{begin}|{time.monotonic_ns()}')\n");
  const auto share = harness.make({hits(3, 1), hits(1, 2), hits(2, 1)}, 3);
  harness.run(*share);
  EXPECT_THAT(harness.steps(), ElementsAre(0, 1, 2));
  const auto lines = harness.done();
  ASSERT_EQ(lines.size(), 7U);
  EXPECT_LE(bounds(lines, 0, 3).second, bounds(lines, 3, 2).first);
  EXPECT_LE(bounds(lines, 3, 2).second, bounds(lines, 5, 2).first);
}

TEST(ProcessShare, DoesHundredsOfStepsWithMoreProcessesThanUsers) {
  ShareHarness harness("class TestSite(TestCase):\n    def test_it(self):\n        done()\n");
  std::vector<plan::Step> steps;
  for (int i = 0; i < 100; ++i) {
    for (const std::uint32_t users : {1U, 3U, 2U}) steps.push_back(hits(users, 1));
  }
  const auto share = harness.make(steps, 3);
  harness.run(*share);
  EXPECT_EQ(harness.done().size(), 600U);
  EXPECT_EQ(harness.handed_over().outcomes[kSuccess], 600U);
  EXPECT_EQ(harness.steps().size(), 300U);
}

TEST(ProcessShare, WhatAKilledProcessHasCountedIsNotLost) {
  ShareHarness harness(
      "runs = 0\n\n\nclass TestSite(TestCase):\n    def test_it(self):\n        global runs\n        runs += 1\n        if runs == 20:\n"
      "            os.kill(os.getpid(), signal.SIGKILL)\n        done()\n");
  const auto share = harness.make({hits(2, 1000)}, 2);
  share->start({});
  for (int i = 0; i < 6000 && !share->crashed(); ++i) share->wait_for(10ms);
  share->rescue();
  ASSERT_TRUE(share->crashed());
  EXPECT_THAT(*share->crashed(),
              AllOf(StartsWith("worker process "), HasSubstr(" of 2 ended with signal 9 (Killed) in a test of example.TestSite.test_it")));
  EXPECT_GE(harness.done().size(), 19U);
  EXPECT_EQ(harness.handed_over().outcomes[kSuccess], harness.done().size());
}

TEST(ProcessShare, NamesTheTestThatEndsItsProcess) {
  ShareHarness harness("class TestSite(TestCase):\n    def test_it(self):\n        os._exit(5)\n");
  const auto share = harness.make({hits(1, 1)}, 1);
  share->start({});
  for (int i = 0; i < 6000 && !share->crashed(); ++i) share->wait_for(10ms);
  EXPECT_EQ(share->crashed(), "the worker process ended with exit code 5 in a test of example.TestSite.test_it");
  EXPECT_TRUE(harness.ends(*share));
}

TEST(ProcessShare, NamesTheTestThatEndsItsProcessThoughAForkLivesOn) {
  ShareHarness harness(
      "class TestSite(TestCase):\n    def test_it(self):\n        child = os.fork()\n        while child == 0:\n            "
      "signal.pause()\n"
      "        done(str(child))\n        os._exit(5)\n");
  harness.silence = 1h;
  const auto share = harness.make({hits(1, 1)}, 1);
  share->start({});
  for (int i = 0; i < 6000 && !share->crashed(); ++i) share->wait_for(10ms);
  ::kill(std::stoi(harness.done().at(0)), SIGKILL);
  EXPECT_EQ(share->crashed(), "the worker process ended with exit code 5 in a test of example.TestSite.test_it");
  EXPECT_TRUE(harness.ends(*share));
}

TEST(ProcessShare, AProcessThatSaysNothingAnyMoreIsKilled) {
  ShareHarness harness("class TestSite(TestCase):\n    def test_it(self):\n        done()\n        os.kill(os.getpid(), signal.SIGSTOP)\n");
  harness.silence = 3s;
  const auto share = harness.make({hits(1, 1)}, 1);
  share->start({});
  for (int i = 0; i < 6000 && !share->crashed(); ++i) share->wait_for(10ms);
  EXPECT_EQ(share->crashed(), "the worker process was not heard of for 3 s, and was killed, in a test of example.TestSite.test_it");
  EXPECT_TRUE(harness.ends(*share));
  EXPECT_EQ(harness.handed_over().runs(), 1U);  // that crashed
}

TEST(ProcessShare, StopLetsTestRunsEnd) {
  ShareHarness harness(
      "class TestSite(TestCase):\n    def test_it(self):\n        done('begun')\n        sleep(0.3)\n        done('ended')\n");
  const auto share = harness.make({lasting(2, 600), hits(2, 5)}, 2);
  share->start({});
  harness.wait_until_done(2);
  share->stop();
  EXPECT_TRUE(harness.ends(*share));
  const auto lines = harness.done();
  EXPECT_EQ(std::count(lines.begin(), lines.end(), "begun"), std::count(lines.begin(), lines.end(), "ended"));
  EXPECT_EQ(harness.handed_over().outcomes[kSuccess], lines.size() / 2);
  EXPECT_THAT(harness.steps(), ElementsAre(0));
}

TEST(ProcessShare, StopEndsAWaitBetweenSteps) {
  // One process has ended the first step, the other has not.
  ShareHarness harness(
      "class TestSite(TestCase):\n    def test_it(self):\n        done()\n        try:\n            open(place('first'), 'x').close()\n"
      "        except FileExistsError:\n            return\n        while not os.path.exists(place('go')):\n            sleep(0.01)\n");
  const auto share = harness.make({hits(2, 1), hits(2, 1)}, 2);
  share->start({});
  harness.wait_until_done(2);
  share->stop();
  harness.folder().write("go", "");
  EXPECT_TRUE(harness.ends(*share));
  EXPECT_EQ(harness.done().size(), 2U);
  EXPECT_EQ(harness.handed_over().runs(), 2U);
}

TEST(ProcessShare, CutEndsWhatWaits) {
  ShareHarness harness("class TestSite(TestCase):\n    def test_it(self):\n        done()\n        sleep(3600)\n");
  const auto share = harness.make({hits(3, 1)}, 2);
  share->start({});
  harness.wait_until_done(3);
  share->cut();
  EXPECT_TRUE(harness.ends(*share));
  EXPECT_FALSE(share->crashed());
  EXPECT_EQ(harness.handed_over().outcomes[static_cast<std::size_t>(metrics::Outcome::cut)], 3U);
}

TEST(ProcessShare, CutKillsAProcessThatDoesNotGiveItsThreadBack) {
  ShareHarness harness("class TestSite(TestCase):\n    def test_it(self):\n        done()\n        while True:\n            pass\n");
  const auto share = harness.make({hits(1, 1)}, 1);
  share->start({});
  harness.wait_until_done(1);
  share->cut();
  EXPECT_TRUE(harness.ends(*share));
  EXPECT_THAT(*share->crashed(), HasSubstr("killed, in a test of example.TestSite.test_it"));
}

TEST(ProcessShare, TheOthersOfACrashedProcessHaveTimeToHandOver) {
  // One of two has its user wait, and takes its time when that is cut off; then the other one crashes.
  ShareHarness harness(
      "class TestSite(TestCase):\n    def test_it(self):\n        if self.user.index == 0:\n            while not "
      "os.path.exists(place('done')):\n"
      "                sleep(0.01)\n            os._exit(5)\n        done()\n        try:\n            sleep(3600)\n        finally:\n"
      "            until = time.monotonic() + 1.1\n            while time.monotonic() < until:\n                pass\n");
  const auto share = harness.make({hits(2, 1)}, 2);
  share->start({});
  for (int i = 0; i < 6000 && !share->crashed(); ++i) share->wait_for(10ms);
  share->rescue();
  EXPECT_EQ(share->crashed(), "worker process 1 of 2 ended with exit code 5 in a test of example.TestSite.test_it");
  EXPECT_EQ(harness.handed_over().outcomes[static_cast<std::size_t>(metrics::Outcome::cut)], 1U);
}

TEST(ProcessShare, JoinsAPlanThatHasBegun) {
  ShareHarness harness("class TestSite(TestCase):\n    def test_it(self):\n        done()\n        sleep(0.01)\n");
  const auto share = harness.make({lasting(2, 100), lasting(2, 600)}, 2);
  const auto now = std::chrono::steady_clock::now();
  share->join(now - 100'200ms, now);
  harness.wait_until_done(2);
  share->stop();
  EXPECT_TRUE(harness.ends(*share));
  EXPECT_THAT(harness.steps(), ElementsAre(1));
  EXPECT_EQ(harness.handed_over().outcomes[kSuccess], harness.done().size());
}

TEST(ProcessShare, JoinsOneStepWithAllProcessesThoughItEndsOnTheWay) {
  ShareHarness harness("class TestSite(TestCase):\n    def test_it(self):\n        done()\n        sleep(0.01)\n");
  const auto share = harness.make({lasting(2, 100), lasting(2, 0.1), lasting(2, 0.1)}, 2);
  const auto now = std::chrono::steady_clock::now();
  share->join(now - 100'050ms, now - 100ms);
  EXPECT_TRUE(harness.ends(*share));
  EXPECT_THAT(harness.steps(), ElementsAre(0, 1, 2));
}

TEST(ProcessShare, WhatATestHasRegisteredWithAtexitMayTakeSeconds) {
  ShareHarness harness(
      "import atexit\n\n\n@atexit.register\ndef farewell():\n    time.sleep(2.1)\n    done('farewell')\n\n\n"
      "class TestSite(TestCase):\n    def test_it(self):\n        pass\n");
  auto share = harness.make({hits(1, 1)}, 1);
  harness.run(*share);
  share.reset();
  EXPECT_THAT(harness.done(), ElementsAre("farewell"));
}

TEST(ProcessShare, EndsItsProcessesThoughItWasNeverStarted) {
  ShareHarness harness("done(str(os.getpid()))\n\n\nclass TestSite(TestCase):\n    def test_it(self):\n        pass\n");
  harness.make({hits(2, 1)}, 2).reset();
  const auto pids = harness.done();
  ASSERT_EQ(pids.size(), 2U);
  for (const std::string& pid : pids) EXPECT_NE(::kill(std::stoi(pid), 0), 0);
}

Failure trouble_of(ShareHarness& harness, const std::string& test = "test_it") {
  try {
    harness.make({hits(1, 1)}, 1, test);
  } catch (const Failure& failure) {
    return failure;
  }
  return {0, "it was loaded"};
}

TEST(ProcessShare, SaysWhatIsWrongWithAModule) {
  ShareHarness harness("import nothing_of_that_name\n");
  const Failure failure = trouble_of(harness);
  EXPECT_EQ(failure.code(), exit_code::cannot_load);
  EXPECT_EQ(failure.id(), "import-error");
  EXPECT_THAT(failure.what(), AllOf(HasSubstr("example.py\", line 14, in <module>\n    import nothing_of_that_name\nModuleNotFoundError"),
                                    testing::Not(HasSubstr("importlib"))));
}

TEST(ProcessShare, SaysThatATestIsNotThere) {
  ShareHarness harness("class TestSite(TestCase):\n    def test_it(self):\n        pass\n");
  EXPECT_EQ(trouble_of(harness, "test_at").id(), "no-such-test");
}

TEST(ProcessShare, SaysThatAModuleEndsItsProcess) {
  ShareHarness harness("os._exit(4)\n");
  EXPECT_STREQ(trouble_of(harness).what(), "Python ended while it loaded example.py: exit code 4.");
}

TEST(ProcessShare, AModuleThatNeverLoadsCanBeGivenUp) {
  ShareHarness harness("done(str(os.getpid()))\ntime.sleep(3600)\n");
  harness.while_loading = [&] {
    if (!harness.done().empty()) throw Failure(exit_code::interrupted, "enough");
  };
  EXPECT_EQ(trouble_of(harness).code(), exit_code::interrupted);
  EXPECT_NE(::kill(std::stoi(harness.done().front()), 0), 0);
}

}  // namespace
}  // namespace loads::runner
