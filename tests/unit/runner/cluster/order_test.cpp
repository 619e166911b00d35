#include "runner/cluster/order.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>

#include "proto/bundle/container.h"
#include "proto/bundle/module_file.h"
#include "proto/bundle/sha256.h"
#include "support/refusal.h"
#include "support/temporary_folder.h"

namespace loads::runner {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::MatchesRegex;
using testing::Pair;

namespace fs = std::filesystem;

class OrderTest : public testing::Test {
 protected:
  OrderTest() : before_(fs::current_path()) { fs::current_path(folder_.path()); }
  ~OrderTest() override { fs::current_path(before_); }

  LoadedTest module() const {
    LoadedTest loaded;
    loaded.name = "example.TestWebSite.test_es";
    loaded.origin = "./example.cpp";
    loaded.library = folder_.write("cache/example-0815.so", "not really a module");
    loaded.class_name = "TestWebSite";
    loaded.test_name = "test_es";
    return loaded;
  }

  static std::vector<std::string> paths(const Order& order) {
    std::vector<std::string> paths;
    for (const bundle::Item& item : bundle::decode(order.bundle).items) paths.emplace_back(item.path);
    return paths;
  }

  TemporaryFolder folder_;
  fs::path before_;
};

plan::Plan five_agents() {
  plan::Plan plan;
  plan.agents = 5;
  return plan;
}

TEST_F(OrderTest, OfAModuleHasItInTheBundleUnderItsName) {
  const Order order = make_order({}, five_agents(), module());
  const proto::TestSource& test = order.order.test;
  EXPECT_EQ(test.module, "example.so");
  EXPECT_EQ(test.class_name, "TestWebSite");
  EXPECT_EQ(test.test_name, "test_es");
  EXPECT_EQ(test.machine, bundle::machine_name());
  EXPECT_EQ(test.bundle, bundle::sha256_of(order.bundle));
  EXPECT_EQ(test.bundle_size, order.bundle.size());
  EXPECT_THAT(paths(order), ElementsAre("example.so"));
  EXPECT_EQ(order.order.plan.agents, 5U);
}

TEST_F(OrderTest, FilesTravelUnderTheNamesThatTheTestOpensThemBy) {
  folder_.write("data/users.csv", "tarek");
  folder_.write("data/more.txt", "text");
  Options options;
  options.cluster.include_files = {"data/*.csv"};
  EXPECT_THAT(paths(make_order(options, five_agents(), module())), ElementsAre("data/users.csv", "example.so"));
}

TEST_F(OrderTest, APatternThatNamesNothingIsRefused) {
  Options options;
  options.cluster.include_files = {"nothing/*"};
  EXPECT_EQ(refusal([&] { make_order(options, five_agents(), module()); }).code, exit_code::usage);
}

TEST_F(OrderTest, OfAUrlNeedsNoBundle) {
  LoadedTest loaded;
  loaded.name = "POST http://a/";
  loaded.url = UrlRequest{"http://a/", "", "body"};
  const Order order = make_order({}, five_agents(), loaded);
  EXPECT_EQ(order.order.test.url, "http://a/");
  EXPECT_EQ(order.order.test.method, "POST");
  EXPECT_EQ(order.order.test.data, "body");
  EXPECT_EQ(order.order.test.bundle, "");
  EXPECT_EQ(order.order.test.machine, "");
  EXPECT_TRUE(order.bundle.empty());
  Options options;
  options.cluster.include_files = {"data/*.csv"};
  EXPECT_EQ(refusal([&] { make_order(options, five_agents(), loaded); }).id, "options");
}

TEST_F(OrderTest, SettingsTravel) {
  Options options;
  options.threads = 3;
  options.server_url = "http://a";
  options.headers = {{"A", "1"}};
  options.timeout = 7s;
  options.stop_timeout = 8s;
  options.resolve_once = false;
  options.seed = 42;
  options.variables = {{"K", "V"}};
  options.cluster.on_broker_loss = proto::BrokerLoss::stop;
  options.cluster.broker_loss_limit = 9s;
  options.cluster.wait_agents = 10s;
  options.cluster.tag = "nightly";
  options.cluster.worker_restarts = 11;
  options.cluster.rebalance = true;
  const proto::RunOrder order = make_order(options, five_agents(), module()).order;
  EXPECT_EQ(order.settings.threads, 3U);
  EXPECT_EQ(order.settings.server_url, "http://a");
  EXPECT_THAT(order.settings.headers, ElementsAre(Pair("A", "1")));
  EXPECT_EQ(order.settings.timeout, 7s);
  EXPECT_EQ(order.settings.stop_timeout, 8s);
  EXPECT_FALSE(order.settings.resolve_once);
  EXPECT_EQ(order.settings.seed, 42U);
  EXPECT_THAT(order.settings.variables, ElementsAre(Pair("K", "V")));
  EXPECT_EQ(order.on_broker_loss, proto::BrokerLoss::stop);
  EXPECT_EQ(order.broker_loss_limit, 9s);
  EXPECT_EQ(order.wait_agents, 10s);
  EXPECT_EQ(order.note, "nightly");
  EXPECT_EQ(order.worker_restarts, 11U);
  EXPECT_TRUE(order.rebalance);
  EXPECT_EQ(order.user, login_at_host());
}

TEST_F(OrderTest, MoreThanABrokerTakesIsRefusedHere) {
  Options options;
  options.variables = {{"K", std::string(1'000'000, 'v')}};
  EXPECT_THAT(refusal([&] { make_order(options, five_agents(), module()); }).message, HasSubstr("too large to be sent"));
}

TEST_F(OrderTest, CarriesTheConditionsOfTheCommandLineAndTheThresholdsOfTheCode) {
  static user::TestInfo test{"OrderedClass", "test", "a.cpp", 1, nullptr};
  user::register_threshold("OrderedClass", " p95<1s ");
  user::register_threshold("OrderedClass", "hits>0");
  user::register_threshold("AnotherClass", "hits>99");
  LoadedTest loaded = module();
  loaded.tests = {&test};
  Options options;
  options.conditions = {{"errors<1%", "hits>0"}, {"errors>50% for 10s"}, true};
  const proto::Conditions conditions = make_order(options, five_agents(), loaded).order.conditions;
  EXPECT_THAT(conditions.thresholds, ElementsAre("p95<1s", "hits>0", "errors<1%"));
  EXPECT_THAT(conditions.abort_thresholds, ElementsAre("errors>50% for 10s"));
  EXPECT_TRUE(conditions.fail_fast);
}

TEST_F(OrderTest, OfATestWhoseThresholdsCannotBeReadIsNotMade) {
  static user::TestInfo test{"MisspeltClass", "test", "a.cpp", 1, nullptr};
  user::register_threshold("MisspeltClass", "p95<1");
  LoadedTest loaded = module();
  loaded.tests = {&test};
  EXPECT_THROW(make_order({}, five_agents(), loaded), Failure);
}

TEST(Nonce, IsAnotherOneEveryTime) {
  EXPECT_THAT(make_nonce(), MatchesRegex("[0-9a-f]+"));
  EXPECT_EQ(make_nonce().size(), 32U);
  EXPECT_NE(make_nonce(), make_nonce());
}

TEST(LoginAtHost, HasBoth) { EXPECT_THAT(login_at_host(), MatchesRegex("[^@]+@.+")); }

}  // namespace
}  // namespace loads::runner
