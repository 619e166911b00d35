// What a test that finds fault with an answer leaves behind, in runs of a share.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <set>
#include <string>
#include <vector>

#include <loads/loads.h>

#include "common/metrics/totals.h"
#include "engine/user/thread_share.h"
#include "support/scripted_server.h"

namespace loads::user {
namespace {

using metrics::Exemplar;
using support::ScriptedServer;
using testing::EndsWith;
using testing::HasSubstr;
using testing::StartsWith;

const std::string kOk = "HTTP/1.1 200 OK\r\nContent-Length: 11\r\n\r\nempty shelf";

template <typename Test>
const TestInfo* info_of() {
  static const TestInfo info{"Class", "test", __FILE__, __LINE__, []() -> TestCase* { return new Test; }, 1};
  return &info;
}

// What each user's run has left behind, and what each of its threads has said.
struct Result {
  metrics::ExemplarTable exemplars;
  std::vector<metrics::ExemplarTable> slices;
};

template <typename Test>
Result run(const ScriptedServer& server, std::uint32_t users = 1, std::uint64_t hits = 1) {
  Settings settings;
  settings.threads = 2;
  settings.server_url = server.url();
  settings.agent_index = 3;
  plan::Plan plan;
  plan.test = "module.Class.test";
  plan.agents = 4;
  plan.steps = {{users, hits, std::nullopt}};
  metrics::Totals totals;
  Result result;
  ThreadShare share(
      plan, {info_of<Test>()}, settings,
      [&](metrics::Slice&& slice) {
        result.slices.push_back(slice.exemplars);
        totals.add(slice);
      },
      [](std::uint32_t, std::chrono::duration<double>) {});
  share.start();
  while (!share.wait_for(std::chrono::milliseconds(100))) {
  }
  result.exemplars = totals.all().exemplars;
  return result;
}

struct ExpectsInOneExpression : TestCase {
  void TestBody() override {
    EXPECT_EQ(session.get("/a").status_code(), 200);
    EXPECT_EQ(session.get("/shelf?id=1").text(), "a full shelf");
  }
};

TEST(FailedAssertion, KeepsTheExchangeThoughItsAnswerIsDropped) {
  const ScriptedServer server(support::answer_all(kOk));
  const auto failed = run<ExpectsInOneExpression>(server, 5, 20).exemplars.failed();
  ASSERT_EQ(failed.size(), 1U);
  EXPECT_EQ(failed[0].name, "GET /shelf");
  EXPECT_EQ(failed[0].url, server.url("/shelf?id=1"));
  EXPECT_EQ(failed[0].status, 200);
  EXPECT_THAT(failed[0].message, HasSubstr("a full shelf"));
  EXPECT_THAT(failed[0].location, StartsWith("exemplars_test.cpp:"));
  EXPECT_THAT(failed[0].request, StartsWith("GET /shelf?id=1 HTTP/1.1\n"));
  EXPECT_THAT(failed[0].answer, EndsWith("\n\nempty shelf"));
  EXPECT_EQ(failed[0].agent, 3U);
  EXPECT_LT(failed[0].user, 5U);
}

struct ThrowsOverAnAnswer : TestCase {
  void TestBody() override { session.get("/page").json(); }
};

TEST(UncaughtException, KeepsTheExchangeToo) {
  const ScriptedServer server(support::answer_all(kOk));
  const auto failed = run<ThrowsOverAnAnswer>(server).exemplars.failed();
  ASSERT_EQ(failed.size(), 1U);
  EXPECT_EQ(failed[0].name, "GET /page");
  EXPECT_EQ(failed[0].location, "");
  EXPECT_NE(failed[0].message, "");
}

struct FailsWithoutAnAnswer : TestCase {
  void TestBody() override {
    if (user().runs() == 1) {
      session.get("/");
    } else {
      ADD_FAILURE() << "of a run without requests";
    }
  }
};

TEST(FailedAssertion, OfARunWithoutAnswersHasNothingToKeep) {
  const ScriptedServer server(support::answer_all(kOk));
  EXPECT_TRUE(run<FailsWithoutAnAnswer>(server, 1, 3).exemplars.failed().empty());
}

struct LeadsAstray : TestCase {
  void TestBody() override { session.get("/maze"); }
};

TEST(FailedRedirect, KeepsTheAnswerThatLeadsNowhere) {
  const ScriptedServer server(support::answer_all("HTTP/1.1 302 Found\r\nLocation: http://\r\nContent-Length: 0\r\n\r\n"));
  const auto failed = run<LeadsAstray>(server).exemplars.failed();
  ASSERT_EQ(failed.size(), 1U);
  EXPECT_EQ(failed[0].status, 302);
  EXPECT_NE(failed[0].message, "");
  EXPECT_THAT(failed[0].answer, HasSubstr("Location: http://\n"));
}

TEST(Exemplars, OfAllThreadsAreThoseOfTheRun) {
  const ScriptedServer server(support::answer_all(kOk));
  const Result result = run<ExpectsInOneExpression>(server, 8, 50);
  metrics::ExemplarTable sum;
  for (auto slice = result.slices.rbegin(); slice != result.slices.rend(); ++slice) sum.merge(*slice);
  EXPECT_EQ(sum.slowest(), result.exemplars.slowest());
  EXPECT_EQ(sum.failed(), result.exemplars.failed());
  EXPECT_EQ(sum.slowest().size(), 4U);  // two of each name
}

}  // namespace
}  // namespace loads::user
