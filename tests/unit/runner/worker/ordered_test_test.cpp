#include "runner/worker/ordered_test.h"

#include <gtest/gtest.h>

#include "common/failure.h"
#include "proto/bundle/module_file.h"
#include "runner/worker/session_settings.h"

namespace loads::runner {
namespace {

using namespace std::chrono_literals;

int code_of(const proto::TestSource& source, std::string* id = nullptr) {
  try {
    load_ordered_test(source);
  } catch (const Failure& failure) {
    if (id != nullptr) *id = failure.id();
    return failure.code();
  }
  return 0;
}

TEST(OrderedTest, AUrlIsATest) {
  proto::TestSource source;
  source.url = "http://localhost:1/";
  source.method = "put";
  const auto tests = load_ordered_test(source);
  ASSERT_EQ(tests.size(), 1U);
  EXPECT_STREQ(tests[0]->test_name, "PUT http://localhost:1/");
}

TEST(OrderedTest, NothingOutsideOfTheBundleIsLoaded) {
  for (const char* module : {"/lib/x86_64-linux-gnu/libm.so.6", "../evil.so", "a/../../evil.so", ""}) {
    proto::TestSource source;
    source.module = module;
    EXPECT_EQ(code_of(source), exit_code::cannot_load) << module;
  }
}

TEST(OrderedTest, AModuleForAnotherMachineIsRefusedByName) {
  proto::TestSource source;
  source.module = "test.so";
  source.machine = "pdp11";
  std::string id;
  EXPECT_EQ(code_of(source, &id), exit_code::cannot_load);
  EXPECT_EQ(id, "module-machine");
}

TEST(OrderedTest, SettingsAreThoseOfTheOrder) {
  proto::Prepare prepare;
  prepare.agent_index = 3;
  prepare.order.settings.threads = 2;
  prepare.order.settings.timeout = 5s;
  prepare.order.settings.stop_timeout = 7s;
  prepare.order.settings.headers = {{"X-A", "b"}};
  prepare.order.settings.seed = 42;
  prepare.order.settings.variables = {{"name", "anna"}};
  const user::Settings settings = ordered_settings(prepare, nullptr, nullptr);
  EXPECT_EQ(settings.agent_index, 3U);
  EXPECT_EQ(settings.threads, 2U);
  EXPECT_EQ(settings.timeout, 5s);
  EXPECT_EQ(settings.connect_timeout, 5s) << "no longer than the whole request";
  EXPECT_EQ(settings.stop_timeout, 7s);
  EXPECT_EQ(settings.headers.size(), 1U);
  EXPECT_EQ(settings.seed, 42U);
  EXPECT_EQ(settings.variables.size(), 1U);
}

TEST(OrderedTest, SessionsAreThoseOfTheConsole) {
  session::ConversationSettings asked;
  asked.max_redirects = 3;
  asked.netrc = std::make_shared<const session::Netrc>(session::Netrc::parse("machine x login a password b", ""));
  proto::Prepare prepare;
  prepare.order.settings.session = to_proto(asked);
  const session::ConversationSettings got = ordered_settings(prepare, nullptr, nullptr).session;
  EXPECT_EQ(got.max_redirects, 3U);
  ASSERT_NE(got.netrc, nullptr);
  EXPECT_EQ(got.netrc->find("x")->password, "b");
}

TEST(OrderedTest, AnOrderOfEarlierVersionsSaysNothingOfSessions) {
  EXPECT_EQ(to_proto(session::ConversationSettings{}), proto::SessionSettings{});
  const session::ConversationSettings got = ordered_settings({}, nullptr, nullptr).session;
  EXPECT_EQ(got.max_redirects, 30U);
  EXPECT_EQ(got.netrc, nullptr);
}

TEST(OrderedTest, TimesThatNoClockCarriesAreCut) {
  proto::Prepare prepare;
  prepare.order.settings.timeout = std::chrono::nanoseconds::max();
  prepare.order.settings.stop_timeout = std::chrono::nanoseconds(-1);
  prepare.order.plan.steps = {{1, {}, plan::Seconds(9e9)}};
  EXPECT_LT(ordered_settings(prepare, nullptr, nullptr).timeout, 24h * 365 * 20);
  EXPECT_EQ(ordered_settings(prepare, nullptr, nullptr).stop_timeout, 0s);
  EXPECT_LT(*ordered_plan(prepare).steps[0].duration, 24h * 365 * 20);
}

}  // namespace
}  // namespace loads::runner
