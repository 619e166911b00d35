#include "runner/cluster/cluster_run.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <csignal>

#include "runner/cluster/cluster_commands.h"
#include "support/refusal.h"
#include "support/temporary_folder.h"
#include "unit/runner/cluster/sample_status.h"
#include "unit/runner/cluster/scripted_broker.h"

namespace loads::runner {
namespace {

using proto::RunState;
using testing::AllOf;
using testing::HasSubstr;

// A broker that takes any order and then says of the run, whatever it is asked, what `state` is.
class ClusterRunTest : public testing::Test {
 protected:
  ClusterRunTest() {
    options_.outputs = {OutputName::standard};
    options_.color = ColourMode::never;
  }

  static proto::Snapshot snapshot(RunState state) {
    proto::Snapshot snapshot;
    snapshot.status = sample_status();
    snapshot.status.state = state;
    metrics::Slice slice;
    answer(slice, "GET /", 6000, 3600);
    runs(slice, metrics::Outcome::success, 6000);
    snapshot.totals.add(slice);
    return snapshot;
  }

  ScriptedBroker::Script says(proto::Snapshot snapshot) const {
    return after_ping(folder_.path(), [snapshot, seq = std::uint64_t{0}](const proto::FromConsole& message) mutable {
      std::vector<std::string> answers;
      if (const auto* submit = std::get_if<proto::Submit>(&message)) {
        answers.push_back(proto::encode(proto::Submitted{submit->request, "4f1c09ab"}));
      } else if (const auto* attach = std::get_if<proto::Attach>(&message)) {
        snapshot.request = attach->request;
        snapshot.seq = ++seq;
        answers.push_back(proto::encode(snapshot));
      } else if (const auto* stop = std::get_if<proto::StopRun>(&message)) {
        snapshot.status.state = RunState::stopped;
        answers.push_back(proto::encode(proto::Done{stop->request, 1}));
      } else if (const auto* purge = std::get_if<proto::Purge>(&message)) {
        answers.push_back(proto::encode(proto::Done{purge->request, 0}));
      }
      return answers;
    });
  }

  Order order() const {
    Order order;
    order.order.plan = sample_status().plan;
    order.order.test.url = "http://a/";
    return order;
  }

  BrokerAddress address() const { return scripted_address(folder_.path()); }

  // What a call prints to stdout and stderr, and returns.
  template <typename Call>
  int captured(Call call) {
    testing::internal::CaptureStdout();
    testing::internal::CaptureStderr();
    const int code = call();
    stdout_ = testing::internal::GetCapturedStdout();
    stderr_ = testing::internal::GetCapturedStderr();
    return code;
  }

  TemporaryFolder folder_;
  Options options_;
  std::string stdout_;
  std::string stderr_;
};

TEST_F(ClusterRunTest, ARunGoesToItsEndAndIsReported) {
  const ScriptedBroker broker(folder_.path(), says(snapshot(RunState::finished)));
  EXPECT_EQ(captured([&] { return run_on_cluster(options_, address(), order()); }), 0);
  EXPECT_THAT(stdout_, AllOf(HasSubstr("]  100%\n"), HasSubstr("\nHits: 6000\n")));
  EXPECT_THAT(stderr_, HasSubstr("Run 4f1c09ab.\n"));
}

TEST_F(ClusterRunTest, AFailedRunEndsAsALocalOneWould) {
  proto::Snapshot failed = snapshot(RunState::failed);
  failed.status.exit_code = 3;
  failed.status.error_id = "cannot-load";
  failed.status.message = "agent a/1: example.so cannot be loaded";
  const ScriptedBroker broker(folder_.path(), says(failed));
  options_.quiet = true;
  const Refusal end = refusal([&] { run_on_cluster(options_, address(), order()); });
  EXPECT_EQ(end.code, 3);
  EXPECT_EQ(end.id, "cannot-load");
  EXPECT_EQ(end.message, "agent a/1: example.so cannot be loaded");
}

TEST_F(ClusterRunTest, DetachedItPrintsTheNameForScriptsAndTheWayBackForPeople) {
  const ScriptedBroker broker(folder_.path(), says(snapshot(RunState::running)));
  options_.cluster.detach = true;
  EXPECT_EQ(captured([&] { return run_on_cluster(options_, address(), order()); }), 0);
  EXPECT_EQ(stdout_, "4f1c09ab\n");
  EXPECT_THAT(stderr_, HasSubstr("Detached. run --attach to reattach: loads-runner --attach 4f1c09ab\n"));
}

TEST_F(ClusterRunTest, ASignalStopsTheRunAndTheSummaryFollows) {
  const ScriptedBroker broker(folder_.path(), says(snapshot(RunState::running)));
  options_.cluster.on_interrupt = OnInterrupt::stop;
  const int code = captured([&] {
    // Blocked as in the program, so that it waits for the console.
    sigset_t terminate;
    ::sigemptyset(&terminate);
    ::sigaddset(&terminate, SIGTERM);
    ::pthread_sigmask(SIG_BLOCK, &terminate, nullptr);
    ::raise(SIGTERM);
    return attach_to_run(options_, address());
  });
  EXPECT_EQ(code, 143);
  EXPECT_THAT(stdout_, HasSubstr("STOPPED by SIGTERM after 50% of the plan (exit code 143)\n"));
}

TEST_F(ClusterRunTest, AReportIsOfARunThatIsOver) {
  options_.cluster.command = ClusterCommand::report;
  options_.cluster.run = "4f";
  {
    const ScriptedBroker broker(folder_.path(), says(snapshot(RunState::stopped)));
    EXPECT_EQ(captured([&] { return run_cluster_command(options_, address()); }), 130);
    EXPECT_THAT(stdout_, HasSubstr("STOPPED from another console"));
  }
  const ScriptedBroker broker(folder_.path(), says(snapshot(RunState::running)));
  const Refusal running = refusal([&] { run_cluster_command(options_, address()); });
  EXPECT_EQ(running.id, "still-running");
  EXPECT_EQ(running.message, "run 4f1c09ab is not over, it is running. To follow it: loads-runner --attach 4f1c09ab.");
}

TEST_F(ClusterRunTest, StopAndPurgeSayWhatTheyDid) {
  const ScriptedBroker broker(folder_.path(), says(snapshot(RunState::running)));
  options_.cluster.command = ClusterCommand::stop;
  options_.cluster.run = "4f";
  EXPECT_EQ(captured([&] { return run_cluster_command(options_, address()); }), 0);
  EXPECT_EQ(stdout_, "Stopping run 4f.\n");
  options_.cluster.command = ClusterCommand::purge;
  EXPECT_EQ(captured([&] { return run_cluster_command(options_, address()); }), 0);
  EXPECT_EQ(stdout_, "Nothing to purge.\n");
}

}  // namespace
}  // namespace loads::runner
