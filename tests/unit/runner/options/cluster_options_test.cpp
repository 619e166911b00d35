#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "runner/options/read_options.h"
#include "support/refusal.h"

namespace loads::runner {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::HasSubstr;

Options read(const std::vector<std::string>& arguments, const Environment& environment = {}) {
  return read_options(arguments, environment).options;
}

ClusterOptions cluster(const std::vector<std::string>& arguments) { return read(arguments).cluster; }

TEST(ClusterOptions, WhoLeavesBeforeTheEndWritesNoResult) {
  const std::vector<std::vector<std::string>> results = {{"--json", "x"},  {"--csv", "x"},
                                                         {"--junit", "x"}, {"--hgrm", "x"},
                                                         {"--hlog", "x"},  {"--output", "file", "--output-file-filename", "x"}};
  for (const std::vector<std::string>& result : results) {
    std::vector<std::string> words{"http://a/", "--agents", "1", "--detach"};
    words.insert(words.end(), result.begin(), result.end());
    const Refusal none = refusal([&] { read(words); });
    EXPECT_EQ(none.code, exit_code::usage) << result.front();
    EXPECT_NE(none.message.find("--report RUN"), std::string::npos) << none.message;
  }
}

TEST(ClusterOptions, WithoutAgentsTheRunIsThisMachines) {
  const ClusterOptions options = cluster({"a.B.c"});
  EXPECT_EQ(options.agents, 0U);
  EXPECT_EQ(options.command, ClusterCommand::none);
  EXPECT_EQ(options.on_interrupt, OnInterrupt::ask);
  EXPECT_EQ(options.on_broker_loss, proto::BrokerLoss::continue_for);
  EXPECT_EQ(options.broker_loss_limit, 60s);
  EXPECT_EQ(options.wait_agents, 0s);
}

TEST(ClusterOptions, TheGuidesCommandLineIsUnderstood) {
  const Options options = read({"example.TestWebSite.test_something", "-u", "10:20:30", "-c", "20", "--agents", "5"});
  EXPECT_EQ(options.cluster.agents, 5U);
  EXPECT_THAT(options.load.users, ElementsAre(10, 20, 30));
  EXPECT_EQ(cluster({"a.B.c", "-a", "1", "-b", "tcp://there:7780"}).broker, "tcp://there:7780");
}

TEST(ClusterOptions, AttachTakesTheOnlyRunOrTheOneThatFollowsInEitherSpelling) {
  EXPECT_EQ(cluster({"--attach"}).command, ClusterCommand::attach);
  EXPECT_EQ(cluster({"--attach"}).run, "");
  EXPECT_EQ(cluster({"--attach=4f1c09ab"}).run, "4f1c09ab");
  const Options two_words = read({"--attach", "4f1c"});
  EXPECT_EQ(two_words.cluster.run, "4f1c");
  EXPECT_EQ(two_words.test, "");
}

TEST(ClusterOptions, AttachRefusesWhatIsNoRun) {
  EXPECT_EQ(refusal([] {
              read({"--attach", "a.B.c"});
            }).message,
            "--attach: \"a.B.c\" is no run: its name is 8 digits from 0 to f, of which the first will do.");
  EXPECT_EQ(refusal([] { read({"--attach=4F1C"}); }).code, exit_code::usage);
  EXPECT_EQ(refusal([] { read({"--attach", "123456789"}); }).code, exit_code::usage);
  EXPECT_THAT(refusal([] { read({"--attach=4f1c", "a.B.c"}); }).message, HasSubstr("\"a.B.c\" is one too many"));
}

TEST(ClusterOptions, ALoadIsChangedOfTheOnlyRunOrTheOneThatFollows) {
  EXPECT_EQ(cluster({"--scale", "1.5"}).command, ClusterCommand::scale);
  EXPECT_EQ(cluster({"--scale", "1.5"}).factor, 1.5);
  EXPECT_EQ(cluster({"--scale", "20"}).factor, 20);
  EXPECT_EQ(cluster({"--scale", "150x"}).factor, 150);
  EXPECT_EQ(cluster({"--scale", "1.5"}).run, "");
  EXPECT_EQ(cluster({"--scale", "150%", "4f1c"}).factor, 1.5);
  EXPECT_EQ(cluster({"--scale", "150%", "4f1c"}).run, "4f1c");
  EXPECT_EQ(cluster({"--pause"}).command, ClusterCommand::pause);
  EXPECT_EQ(cluster({"--pause", "4f1c"}).run, "4f1c");
  EXPECT_EQ(cluster({"--resume=4f1c"}).command, ClusterCommand::resume);
  EXPECT_EQ(cluster({"--resume=4f1c"}).run, "4f1c");
}

TEST(ClusterOptions, AFactorIsMoreThanNothing) {
  const Refusal meant = refusal([&] { read({"--scale", "150"}); });
  EXPECT_NE(meant.message.find("150 is 150 times the planned load: write 150x when that is meant, or 150%"), std::string::npos)
      << meant.message;
  for (const char* factor : {"0", "0%", "-1", "x", "much", "%", "", "nan", "inf"}) {
    EXPECT_EQ(refusal([&] { read({"--scale", factor}); }).code, exit_code::usage) << factor;
  }
  EXPECT_THAT(refusal([] { read({"--scale", "2", "a.B.c"}); }).message, HasSubstr("--scale: \"a.B.c\" is no run"));
  EXPECT_EQ(refusal([] { read({"--scale", "2", "--pause"}); }).code, exit_code::usage);
}

TEST(ClusterOptions, EachCommandHasItsOption) {
  EXPECT_EQ(cluster({"--ping-broker"}).command, ClusterCommand::ping);
  EXPECT_EQ(cluster({"--purge_broker"}).command, ClusterCommand::purge);
  EXPECT_EQ(cluster({"--health-check"}).command, ClusterCommand::health_check);
  EXPECT_EQ(cluster({"--check-cluster"}).command, ClusterCommand::health_check);
  EXPECT_EQ(cluster({"--runs"}).command, ClusterCommand::runs);
  EXPECT_EQ(cluster({"--stop", "4f"}).command, ClusterCommand::stop);
  EXPECT_EQ(cluster({"--stop", "4f"}).run, "4f");
  EXPECT_EQ(cluster({"--report", "4f1c09ab"}).command, ClusterCommand::report);
  EXPECT_EQ(refusal([] {
              read({"--stop", "all"});
            }).message,
            "--stop: \"all\" is no run: its name is 8 digits from 0 to f, of which the first will do.");
}

TEST(ClusterOptions, OneThingIsAskedOfTheBrokerAtATime) {
  EXPECT_THAT(refusal([] { read({"--runs", "--ping-broker"}); }).message, HasSubstr("one thing at a time"));
  EXPECT_THAT(refusal([] { read({"--runs", "a.B.c"}); }).message, HasSubstr("\"a.B.c\" is a test"));
  EXPECT_EQ(refusal([] { read({"--runs", "--detach"}); }).id, "options");
  EXPECT_EQ(read({"--attach"}, {{"LOADS_OPT_AGENTS", "5"}}).cluster.command, ClusterCommand::attach) << "as usual, says the environment";
}

TEST(ClusterOptions, WhatNeedsAgentsIsRefusedWithoutThem) {
  EXPECT_EQ(refusal([] {
              read({"a.B.c", "--detach"});
            }).message,
            "--detach: a run on this machine ends with its console. To run it on agents: --agents N.");
  EXPECT_TRUE(cluster({"a.B.c", "--detach", "--agents", "1"}).detach);
  EXPECT_THAT(refusal([] {
                read({"a.B.c", "--trace", "--agents", "1"});
              }).message,
              HasSubstr("--trace shows the requests of this machine"));
}

TEST(ClusterOptions, OnBrokerLossIsAWordOrATime) {
  EXPECT_EQ(cluster({"--on-broker-loss", "stop"}).on_broker_loss, proto::BrokerLoss::stop);
  EXPECT_EQ(cluster({"--on-broker-loss", "continue"}).on_broker_loss, proto::BrokerLoss::go_on);
  const ClusterOptions limited = cluster({"--on-broker-loss", "continue:5m"});
  EXPECT_EQ(limited.on_broker_loss, proto::BrokerLoss::continue_for);
  EXPECT_EQ(limited.broker_loss_limit, 5min);
  EXPECT_EQ(refusal([] {
              read({"--on-broker-loss", "pray"});
            }).message,
            "--on-broker-loss: \"pray\" is not known: it is stop, continue, or continue:TIME.");
  EXPECT_EQ(refusal([] { read({"--on-broker-loss", "continue:0"}); }).code, exit_code::usage);
}

TEST(ClusterOptions, WhatIsLeftAfterALossIsKnownOfADurationAlone) {
  EXPECT_EQ(cluster({"a.B.c", "--agents", "2", "-d", "1m", "--worker-restart", "3"}).worker_restarts, 3U);
  EXPECT_TRUE(cluster({"a.B.c", "--agents", "2", "-d", "1m", "--rebalance"}).rebalance);
  EXPECT_EQ(
      refusal([] {
        read({"a.B.c", "--agents", "2", "-c", "10", "--rebalance"});
      }).message,
      "--rebalance goes with --duration: how many of its hits a lost worker has done cannot be told exactly, so nobody could do the rest.");
  EXPECT_THAT(refusal([] { read({"a.B.c", "--agents", "2", "--worker-restart", "1"}); }).message, HasSubstr("--worker-restart goes with"));
  EXPECT_TRUE(read({"a.B.c", "-c", "10"}, {{"LOADS_OPT_REBALANCE", "true"}}).cluster.rebalance)
      << "a file may say so, for those runs that have agents";
}

TEST(ClusterOptions, TheOthersAreKeptAsTheyAre) {
  const ClusterOptions options =
      cluster({"a.B.c", "--agents", "2", "--on-interrupt", "detach", "--wait-agents", "1m", "--include-file", "data/*.csv",
               "--include-file", "lib", "--tolerate-lost-agents", "--tag", "nightly", "--insecure-no-auth"});
  EXPECT_EQ(options.on_interrupt, OnInterrupt::detach);
  EXPECT_EQ(options.wait_agents, 1min);
  EXPECT_THAT(options.include_files, ElementsAre("data/*.csv", "lib"));
  EXPECT_TRUE(options.tolerate_lost_agents);
  EXPECT_EQ(options.tag, "nightly");
  EXPECT_TRUE(options.no_auth);
}

}  // namespace
}  // namespace loads::runner
