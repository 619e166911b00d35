// Feeders in the tests of a share: who gets which rows, and what happens when there are no more.

#include <loads/loads.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <mutex>
#include <set>
#include <string>
#include <vector>

#include "common/metrics/totals.h"
#include "engine/feed/feed.h"
#include "engine/user/thread_share.h"
#include "support/client_harness.h"
#include "support/temporary_folder.h"

namespace loads::user {
namespace {

using metrics::Outcome;
using support::message_of;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::UnorderedElementsAre;

// The rows that the users of a run have taken: the user's index, and the value of the column "n".
class TakenRows {
 public:
  void add(std::uint32_t user, std::string_view n) {
    const std::lock_guard lock(mutex_);
    of_user_[user].emplace_back(n);
  }
  std::map<std::uint32_t, std::vector<std::string>> take() {
    const std::lock_guard lock(mutex_);
    return std::exchange(of_user_, {});
  }

 private:
  std::mutex mutex_;
  std::map<std::uint32_t, std::vector<std::string>> of_user_;
};
TakenRows taken_rows;

std::string feed_file;  // of the present test
FeedOptions feed_options;

struct TakesARow : TestCase {
  void TestBody() override { taken_rows.add(user().index(), rows.next()["n"]); }
  Feeder rows = csv(feed_file, feed_options);
};

struct TakesTwoRowsByTwoFeeders : TestCase {
  void TestBody() override {
    taken_rows.add(user().index(), rows.next()["n"]);
    taken_rows.add(user().index(), same_rows.next()["n"]);
  }
  Feeder rows = csv(feed_file, feed_options);
  Feeder same_rows = csv(feed_file, feed_options);
};

struct TakesARowInSetUpUser : TestCase {
  void SetUpUser() override { row = rows.next()["n"]; }
  void TestBody() override { taken_rows.add(user().index(), row); }
  Feeder rows = csv(feed_file, feed_options);
  std::string row;
};

class FeederOfAShare : public testing::Test {
 protected:
  template <typename Test>
  metrics::Totals run(std::vector<plan::Step> steps, Settings settings = {}) {
    static const TestInfo info{"Class", "test", __FILE__, __LINE__, []() -> TestCase* { return new Test; }, 1};
    plan::Plan plan;
    plan.steps = std::move(steps);
    plan.agents = agents_;
    settings.threads = 2;
    metrics::Totals totals;
    ThreadShare share(
        plan, {&info}, settings, [&](metrics::Slice&& slice) { totals.add(slice); }, [](std::uint32_t, std::chrono::duration<double>) {});
    share.start();
    while (!share.wait_for(std::chrono::milliseconds(100))) {
    }
    return totals;
  }

  void use(std::size_t rows, const FeedOptions& options) {
    std::string text = "n,name\n";
    for (std::size_t i = 0; i < rows; ++i) text += std::to_string(i) + ",row " + std::to_string(i) + "\n";
    feed_file = folder_.write("data.csv", text).string();
    feed_options = options;
    taken_rows.take();
  }

  static plan::Step hits(std::uint32_t users, std::uint64_t count) { return {users, count, std::nullopt}; }
  static std::multiset<std::string> all_taken() {
    std::multiset<std::string> all;
    for (const auto& [user, rows] : taken_rows.take()) all.insert(rows.begin(), rows.end());
    return all;
  }

  TemporaryFolder folder_;
  std::uint32_t agents_ = 1;
};

TEST_F(FeederOfAShare, CircularRowsComeAgain) {
  use(3, {});
  const auto totals = run<TakesARow>({hits(2, 4)});
  EXPECT_EQ(totals.all().runs(Outcome::success), 8U);
  EXPECT_THAT(taken_rows.take(),
              ElementsAre(testing::Pair(0, ElementsAre("0", "1", "2", "0")), testing::Pair(1, ElementsAre("0", "1", "2", "0"))));
}

TEST_F(FeederOfAShare, SequentialRowsEndTheUserAndSkipOneRun) {
  use(3, {.order = Order::sequential});
  const auto totals = run<TakesARow>({hits(2, 100)});
  EXPECT_EQ(totals.all().runs(Outcome::success), 6U);
  EXPECT_EQ(totals.all().runs(Outcome::skipped), 2U);
  EXPECT_EQ(totals.all().runs(Outcome::error), 0U);
}

TEST_F(FeederOfAShare, UniqueRowsAreTakenOnceInAllStepsAndThreads) {
  use(60, {.order = Order::unique});
  const auto totals = run<TakesARow>({hits(3, 5), hits(6, 5)});
  EXPECT_EQ(totals.all().runs(Outcome::success), 45U);
  const auto all = all_taken();
  EXPECT_EQ(all.size(), 45U);
  EXPECT_EQ(std::set<std::string>(all.begin(), all.end()).size(), 45U) << "no row comes twice";
}

TEST_F(FeederOfAShare, UniqueRowsThatAreUsedUpAreOneErrorForEachUser) {
  use(5, {.order = Order::unique});
  const auto totals = run<TakesARow>({hits(2, 100)});
  EXPECT_EQ(totals.all().runs(Outcome::success), 5U);
  EXPECT_EQ(totals.all().runs(Outcome::error), 2U);
  const auto problems = totals.all().problems.worst_first();
  ASSERT_EQ(problems.size(), 1U) << "one kind of trouble, however many users have it";
  EXPECT_THAT(problems[0].message, HasSubstr("data.csv has 5 rows for 2 users, and this user's are used up: in the order unique"));
  EXPECT_THAT(all_taken(), UnorderedElementsAre("0", "1", "2", "3", "4"));
}

TEST_F(FeederOfAShare, TwoFeedersOfOneFileTakeRowsInTurn) {
  use(8, {.order = Order::unique});
  run<TakesTwoRowsByTwoFeeders>({hits(2, 2)});
  EXPECT_THAT(all_taken(), UnorderedElementsAre("0", "1", "2", "3", "4", "5", "6", "7"));
}

TEST_F(FeederOfAShare, AgentsHaveRowsOfTheirOwn) {
  use(7, {.order = Order::sequential, .split = Split::agents});
  agents_ = 2;
  Settings second;
  second.agent_index = 1;
  run<TakesARow>({hits(1, 100)}, second);
  EXPECT_THAT(taken_rows.take(), ElementsAre(testing::Pair(0, ElementsAre("1", "3", "5"))));
}

TEST_F(FeederOfAShare, RandomRowsAreThoseOfTheSeed) {
  use(1000, {.order = Order::random});
  Settings settings;
  settings.seed = 7;
  run<TakesARow>({hits(2, 20)}, settings);
  const auto first = taken_rows.take();
  run<TakesARow>({hits(2, 20)}, settings);
  EXPECT_EQ(taken_rows.take(), first);
  EXPECT_NE(first.at(0), first.at(1));
  settings.seed = 8;
  run<TakesARow>({hits(2, 20)}, settings);
  EXPECT_NE(taken_rows.take(), first);
}

TEST_F(FeederOfAShare, AUserWithoutARowInSetUpUserIsNamedOnce) {
  use(1, {.order = Order::unique});
  const auto totals = run<TakesARowInSetUpUser>({hits(2, 3)});
  EXPECT_EQ(totals.all().runs(Outcome::success), 3U);
  EXPECT_EQ(totals.all().runs(Outcome::error), 1U);
  ASSERT_EQ(totals.all().problems.worst_first().size(), 1U);
  EXPECT_THAT(totals.all().problems.worst_first()[0].message, HasSubstr("has 1 row for 2 users: there is none for this user"));
  EXPECT_THAT(all_taken(), UnorderedElementsAre("0", "0", "0"));
}

// Outside of a load test there is one user.

TEST(Feeder, GivesRowsByName) {
  const TemporaryFolder folder;
  Feeder users = csv(folder.write("users.csv", "name,word\nanna,x\nben,y\n").string());
  EXPECT_EQ(users.size(), 2U);
  const Row row = users.next();
  EXPECT_EQ(row["name"], "anna");
  EXPECT_EQ(row.index(), 0U);
  EXPECT_TRUE(row.contains("word"));
  EXPECT_THAT(row.pairs(), ElementsAre(testing::Pair("name", "anna"), testing::Pair("word", "x")));
  EXPECT_EQ(row.json(), (Json{{"name", "anna"}, {"word", "x"}}));
  EXPECT_EQ(users.next()["word"], "y");
  EXPECT_EQ(users[1]["name"], "ben");
  EXPECT_THAT(message_of<FeedError>([&] { row["nam"]; }), testing::EndsWith("users.csv, which has name, word"));
  EXPECT_THAT(message_of<FeedError>([&] { users[2]; }), testing::EndsWith("users.csv has 2 rows: there is none with the index 2"));
}

TEST(Feeder, GivesRowsOfJson) {
  const TemporaryFolder folder;
  Feeder items = json(folder.write("items.json", R"([{"n": 1, "tags": ["a"]}, {"name": "cup"}])").string(), {.order = Order::sequential});
  const Row row = items.next();
  EXPECT_EQ(row["n"], "1");
  EXPECT_EQ(row.json()["tags"][0], "a");
  EXPECT_FALSE(row.contains("name"));
  EXPECT_TRUE(items.has_next());
  EXPECT_EQ(items.next()["name"], "cup");
  EXPECT_FALSE(items.has_next());
  EXPECT_THROW(items.next(), EndOfRows);
}

TEST(Feeder, AFileIsLookedForBesideTheTest) {
  const TemporaryFolder folder;
  folder.write("data/users.csv", "name\nanna\n");
  EXPECT_THAT(message_of<FeedError>([] { csv("no such file.csv"); }),
              testing::AllOf(HasSubstr("no data file \"no such file.csv\" (agents get it by --include-file): looked in "),
                             HasSubstr("tests/unit/engine/user")));
  const auto feed = feed::Feed::find("data/users.csv", feed::Format::csv, {}, (folder.path() / "test.cpp").string());
  EXPECT_EQ(feed->table().rows(), 1U);
}

TEST(Feeder, AnErrorNamesFileAndLine) {
  const TemporaryFolder folder;
  const auto file = folder.write("ragged.csv", "a,b\n1,2\n3\n").string();
  EXPECT_EQ(message_of<FeedError>([&] { csv(file); }), file + ": line 3: 1 fields, and there are 2 columns");
}

}  // namespace
}  // namespace loads::user
