#include "runner/local_run.h"

#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <loads/test_case.h>
#include <atomic>
#include <csignal>
#include <sstream>
#include <stdexcept>

#include "runner/url_test/url_test.h"

namespace loads::runner {
namespace {

using namespace std::chrono_literals;

class Nothing final : public TestCase {
  void TestBody() override {}
};

// The second of its users asks the process to end, when both are at work.
class Sleeper final : public TestCase {
 public:
  static inline std::atomic<int> begun{0};

 private:
  void TestBody() override {
    if (++begun == 2) ::kill(::getpid(), SIGTERM);  // std::raise would be for this thread alone
    sleep_for(1h);
  }
};

const user::TestInfo kNothing{"Site", "nothing", __FILE__, __LINE__, [] { return static_cast<TestCase*>(new Nothing); }};
const user::TestInfo kSleeper{"Site", "sleeper", __FILE__, __LINE__, [] { return static_cast<TestCase*>(new Sleeper); }};

// A port of this machine where nobody listens, as long as it lives.
class ClosedPort {
 public:
  ClosedPort() : descriptor_(::socket(AF_INET, SOCK_STREAM, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    auto* const generic = reinterpret_cast<sockaddr*>(&address);
    if (::bind(descriptor_, generic, size) != 0 || ::getsockname(descriptor_, generic, &size) != 0) throw std::runtime_error("bind");
    port_ = ntohs(address.sin_port);
  }
  ~ClosedPort() { ::close(descriptor_); }
  ClosedPort(const ClosedPort&) = delete;
  ClosedPort& operator=(const ClosedPort&) = delete;

  std::string url() const { return "http://127.0.0.1:" + std::to_string(port_) + "/"; }

 private:
  int descriptor_;
  int port_ = 0;
};

LocalPlan plan_of(const user::TestInfo& test, std::vector<plan::Step> steps) {
  LocalPlan local;
  local.work.run = "4f1c0bad";
  local.work.plan.test = test.test_name;
  local.work.plan.steps = std::move(steps);
  local.work.settings.threads = 2;
  local.make_share = thread_share_of({&test});
  return local;
}

plan::Step step_of(std::uint32_t users, std::uint64_t hits) { return {users, hits, {}}; }

ProgressSettings lines_only() {
  ProgressSettings settings;
  settings.style = ProgressStyle::lines;
  return settings;
}

Report run_to_the_end(LocalPlan local) {
  std::ostringstream unread;
  Signals signals;
  Progress progress(unread, {});
  return LocalRun(std::move(local), signals).run(progress);
}

TEST(LocalRun, CountsEveryTestRunOfEveryStep) {
  const Report report = run_to_the_end(plan_of(kNothing, {step_of(3, 4), step_of(5, 2)}));
  EXPECT_EQ(report.ending, Ending::completed);
  EXPECT_EQ(report.fraction, 1.0);
  EXPECT_EQ(report.totals.all().runs(metrics::Outcome::success), 22U);
  ASSERT_EQ(report.totals.steps().size(), 2U);
  EXPECT_EQ(report.totals.steps()[1].slice.runs(metrics::Outcome::success), 10U);
  EXPECT_GT(report.duration.count(), 0.0);
  EXPECT_EQ(report.run_id, "4f1c0bad");
}

TEST(LocalRun, ASignalStopsAndTheTimeoutCuts) {
  LocalPlan local = plan_of(kSleeper, {step_of(2, 1)});
  local.stop_timeout = 0s;
  std::ostringstream out;
  Signals signals;
  Progress progress(out, lines_only());
  LocalRun local_run(std::move(local), signals);
  Sleeper::begun = 0;
  const Report report = local_run.run(progress);
  EXPECT_EQ(report.ending, Ending::terminated);
  EXPECT_LT(report.fraction, 1.0);
  EXPECT_FALSE(local_run.is_stuck());
  EXPECT_EQ(report.totals.all().runs(metrics::Outcome::cut), 2U);
  EXPECT_NE(out.str().find("Stopping: "), std::string::npos);
  EXPECT_NE(out.str().find("Cutting off"), std::string::npos);
}

TEST(LocalRun, AUrlGoesTheWayOfEveryTest) {
  const ClosedPort closed;
  const Report report = run_to_the_end(plan_of(*make_url_test({closed.url(), "", {}}), {step_of(1, 1)}));
  EXPECT_EQ(report.totals.all().runs(metrics::Outcome::error), 1U);
  EXPECT_EQ(report.totals.all().hits(), 0U);
  EXPECT_EQ(verdict(report, {.on_failure = 7}), 7);
}

}  // namespace
}  // namespace loads::runner
