// What a share gives to a run of several agents: counters that outlive it, a start at an instant, and users who know their agent.

#include <gtest/gtest.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <csignal>
#include <filesystem>
#include <memory>
#include <mutex>
#include <random>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include <loads/loads.h>

#include "common/black_box.h"
#include "common/metrics/totals.h"
#include "engine/user/thread_share.h"
#include "support/scripted_server.h"

namespace loads::user {
namespace {

using namespace std::chrono_literals;
using metrics::Outcome;
using metrics::Tally;
using support::Peer;
using support::ScriptedServer;
using TimePoint = std::chrono::steady_clock::time_point;

const std::string kOk = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";

template <typename Test>
const TestInfo* info_of() {
  static const TestInfo info{"Class", "test", __FILE__, __LINE__, []() -> TestCase* { return new Test; }, 1};
  return &info;
}

plan::Plan plan_of(std::uint32_t users, std::uint64_t hits) {
  plan::Plan plan;
  plan.steps = {{users, hits, std::nullopt}};
  return plan;
}

Settings settings_of(std::uint32_t threads, std::string server_url = {}) {
  Settings settings;
  settings.threads = threads;
  settings.server_url = std::move(server_url);
  return settings;
}

// A share whose slices are added up.
class WholeRun {
 public:
  WholeRun(const plan::Plan& plan, const TestInfo* test, const Settings& settings)
      : share(
            plan, {test}, settings, [this](metrics::Slice&& slice) { totals.add(slice); },
            [this](std::uint32_t step, auto took) {
              steps_done.push_back(step);
              step_took = took;
            }) {}

  void wait() {
    while (!share.wait_for(100ms)) {
    }
  }

  metrics::Totals totals;
  std::vector<std::uint32_t> steps_done;
  std::chrono::duration<double> step_took{};
  ThreadShare share;
};

class BlackBoxOfAShare : public testing::Test {
 protected:
  BlackBoxOfAShare() { EXPECT_NE(::mkdtemp(folder_.data()), nullptr); }
  ~BlackBoxOfAShare() override { std::filesystem::remove_all(folder_); }

  std::filesystem::path path() const { return std::filesystem::path(folder_) / "box"; }
  std::shared_ptr<BlackBox> make(std::uint32_t slots) const {
    std::filesystem::remove(path());
    BlackBox::create(path(), slots);
    return std::make_shared<BlackBox>(BlackBox::open(path()));
  }

 private:
  std::string folder_ = (std::filesystem::temp_directory_path() / "loads-test-XXXXXX").string();
};

// Some requests are answered, some are not, some are sent twice, some never: every second connection ends after five answers, with or
// without a request that it has taken.
struct MeetsEverything : TestCase {
  void TestBody() override {
    session.get("/");
    if (user().runs() % 7 == 0) session.get("http://");
    EXPECT_NE(user().index() % 3, 0U);
  }
};

void serve_unreliably(Peer& peer) {
  for (int i = 0; peer.index() % 2 == 0 || i < 5; ++i) {
    peer.read_request();
    peer.send(kOk);
  }
  if (peer.index() % 4 == 1) peer.read_request();
}

TEST_F(BlackBoxOfAShare, EqualsItsSlicesAndTheTargetOnceItHasEnded) {
  ScriptedServer server(serve_unreliably);
  Settings settings = settings_of(2, server.url());
  settings.black_box = make(2);
  WholeRun run(plan_of(20, 50), info_of<MeetsEverything>(), settings);
  run.share.start();
  run.wait();
  const Tally tally = run.share.tally();
  EXPECT_EQ(BlackBox::read(path()), tally);
  EXPECT_EQ(tally.sent, tally.settled);
  EXPECT_EQ(tally.runs(), 1000U);
  Tally of_slices = metrics::tally_of(run.totals.all());
  EXPECT_GT(of_slices.unanswered, 0U);
  of_slices.sent = tally.sent;
  of_slices.settled = tally.settled;
  EXPECT_EQ(of_slices, tally);
  EXPECT_LE(tally.answered, server.requests());
  EXPECT_LE(server.requests(), tally.sent);
}

// The child is this process before it has threads; it learns the server's port, when there is one, through a pipe.
[[noreturn]] void work_until_killed(int pipe, const std::filesystem::path& box) {
  struct Visits : TestCase {
    void TestBody() override { session.get("/"); }
  };
  std::uint16_t port = 0;
  if (::read(pipe, &port, sizeof port) != sizeof port) std::_Exit(1);
  Settings settings = settings_of(2, "http://127.0.0.1:" + std::to_string(port));
  settings.black_box = std::make_shared<BlackBox>(BlackBox::open(box));
  WholeRun run(plan_of(10, 1'000'000'000), info_of<Visits>(), settings);
  run.share.start();
  run.wait();
  std::_Exit(2);
}

TEST_F(BlackBoxOfAShare, BracketsWhatTheTargetHasSeenOfAWorkerKilledAtAnyMoment) {
  for (int round = 1; round <= 8; ++round) {
    make(2);
    int ends[2] = {};
    ASSERT_EQ(::pipe(ends), 0);
    const pid_t worker = ::fork();
    ASSERT_GE(worker, 0);
    if (worker == 0) work_until_killed(ends[0], path());
    ScriptedServer server(support::answer_all(kOk));
    const std::uint16_t port = server.port();
    ASSERT_EQ(::write(ends[1], &port, sizeof port), static_cast<ssize_t>(sizeof port));
    while (server.requests() < 100U * static_cast<unsigned>(round) && ::waitpid(worker, nullptr, WNOHANG) == 0) std::this_thread::yield();
    ::kill(worker, SIGKILL);
    ::waitpid(worker, nullptr, 0);
    ::close(ends[0]);
    ::close(ends[1]);
    const auto left = BlackBox::read(path());
    ASSERT_TRUE(left.has_value());
    EXPECT_GT(left->answered, 0U);
    EXPECT_LE(left->answered, server.requests());
    EXPECT_LE(server.requests(), left->sent);
    EXPECT_LE(left->in_flight(), 10U) << "a user has one request at a time";
    EXPECT_GE(left->answered + left->unanswered + left->in_flight(), left->sent) << "no request is missing from all of them";
  }
}

TEST_F(BlackBoxOfAShare, NeedsASlotForEachThread) {
  Settings settings = settings_of(3);
  settings.black_box = make(2);
  EXPECT_THROW(WholeRun(plan_of(3, 1), info_of<MeetsEverything>(), settings), std::invalid_argument);
}

std::atomic<bool> released{false};

struct Hangs : TestCase {
  void TestBody() override {
    session.get("/");
    while (!released) std::this_thread::yield();
  }
};

TEST(ShareTally, IsReadWhileATestHoldsItsThread) {
  ScriptedServer server(support::answer_all(kOk));
  released = false;
  WholeRun run(plan_of(1, 1), info_of<Hangs>(), settings_of(1, server.url()));
  run.share.start();
  while (run.share.tally().settled == 0) std::this_thread::yield();
  EXPECT_EQ(run.share.tally(), (Tally{1, 1, 1, 0, {}}));
  released = true;
  run.wait();
  EXPECT_EQ(run.share.tally().outcomes[static_cast<std::size_t>(Outcome::success)], 1U);
}

std::mutex starts_mutex;
std::vector<TimePoint> starts;  // guarded by starts_mutex

struct NotesItsStart : TestCase {
  void TestBody() override {
    const std::lock_guard lock(starts_mutex);
    starts.push_back(std::chrono::steady_clock::now());
  }
};

TEST(ShareStart, NoUserBeginsBeforeTheInstantAndTheStepCountsFromThere) {
  starts.clear();
  WholeRun one(plan_of(20, 1), info_of<NotesItsStart>(), settings_of(2));
  WholeRun other(plan_of(20, 1), info_of<NotesItsStart>(), settings_of(1));
  const TimePoint at = std::chrono::steady_clock::now() + 150ms;
  one.share.start(at);
  other.share.start(at);
  one.wait();
  other.wait();
  ASSERT_EQ(starts.size(), 40U);
  EXPECT_GE(*std::min_element(starts.begin(), starts.end()), at);
  EXPECT_GE(one.step_took.count(), 0.0);
  const std::chrono::duration<double> since = std::chrono::steady_clock::now() - at;
  EXPECT_LE(one.step_took, since) << "the wait is no part of the step";
}

TEST(ShareStart, AnInstantThatHasPassedIsNow) {
  starts.clear();
  WholeRun run(plan_of(3, 2), info_of<NotesItsStart>(), settings_of(1));
  run.share.start(std::chrono::steady_clock::now() - 1h);
  run.wait();
  EXPECT_EQ(starts.size(), 6U);
  EXPECT_LT(run.step_took.count(), 3600.0);
}

TEST(ShareStart, StoppingAndCuttingEndTheWaitForIt) {
  for (void (Share::*end)() : {&Share::stop, &Share::cut}) {
    plan::Plan plan = plan_of(10, 1);
    plan.steps = {{10, std::nullopt, plan::Seconds(1)}};
    WholeRun run(plan, info_of<NotesItsStart>(), settings_of(2));
    run.share.start(std::chrono::steady_clock::now() + 1h);
    EXPECT_EQ(run.share.progress().fraction, 0.0);
    EXPECT_EQ(run.share.progress().active_users, 0U);
    (run.share.*end)();
    run.wait();
    EXPECT_EQ(run.share.tally(), Tally{});
    EXPECT_EQ(run.step_took.count(), 0.0);
  }
}

TEST(ShareJoin, GoesOnWithTheStepsThatAreLeft) {
  plan::Plan plan;
  plan.steps = {{3, {}, plan::Seconds(3600)}, {2, {}, plan::Seconds(3600)}};
  WholeRun run(plan, info_of<NotesItsStart>(), settings_of(2));
  const TimePoint now = std::chrono::steady_clock::now();
  run.share.join(now - 1h - 30min, now);
  while (run.share.tally().runs() == 0) std::this_thread::yield();
  run.share.stop();
  run.wait();
  ASSERT_EQ(run.totals.steps().size(), 2U);
  EXPECT_TRUE(run.totals.steps()[0].slice.empty()) << "that one is over";
  EXPECT_GT(run.totals.steps()[1].slice.outcomes[static_cast<std::size_t>(Outcome::success)], 0U);
  EXPECT_GE(run.step_took.count(), 1800.0) << "the step has begun before";
}

// It may be one of several, and they wait for each other between steps.
TEST(ShareJoin, AStepThatHasEndedOnTheWayIsDone) {
  plan::Plan plan;
  plan.steps = {{3, {}, plan::Seconds(3600)}, {2, {}, plan::Seconds(0.1)}};
  WholeRun run(plan, info_of<NotesItsStart>(), settings_of(2));
  const TimePoint now = std::chrono::steady_clock::now();
  run.share.join(now - 1h - 100ms, now - 200ms);
  run.wait();
  EXPECT_EQ(run.steps_done, (std::vector<std::uint32_t>{0, 1}));
}

TEST(ShareJoin, OfAPlanThatIsOverDoesNothing) {
  plan::Plan plan;
  plan.steps = {{3, {}, plan::Seconds(60)}};
  WholeRun run(plan, info_of<NotesItsStart>(), settings_of(2));
  const TimePoint now = std::chrono::steady_clock::now();
  run.share.join(now - 1h, now);
  run.wait();
  EXPECT_EQ(run.share.tally(), Tally{});
  EXPECT_EQ(run.share.progress().fraction, 1.0);
}

std::atomic<std::uint64_t> first_number{0};
std::atomic<std::uint32_t> own_agent{0};

struct DrawsANumber : TestCase {
  void TestBody() override {
    first_number = user().random()();
    own_agent = user().agent();
  }
};

std::uint64_t first_number_of(std::uint32_t agent) {
  Settings settings = settings_of(1);
  settings.seed = 0x1234567890ULL;
  settings.agent_index = agent;
  WholeRun run(plan_of(1, 1), info_of<DrawsANumber>(), settings);
  run.share.start();
  run.wait();
  EXPECT_EQ(own_agent, agent);
  return first_number;
}

TEST(ShareAgent, EachDrawsNumbersOfItsOwnAndTheFirstThoseOfALocalRun) {
  std::seed_seq local{0x34567890U, 0x12U, 0U};
  EXPECT_EQ(first_number_of(0), std::mt19937_64(local)());
  EXPECT_NE(first_number_of(1), first_number_of(0));
  EXPECT_NE(first_number_of(1), first_number_of(2));
  EXPECT_EQ(first_number_of(2), first_number_of(2));
}

}  // namespace
}  // namespace loads::user
