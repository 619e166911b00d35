#include "engine/feed/deal.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <vector>

namespace loads::feed {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

// What a user takes in `times` calls; it ends where there is no further row.
std::vector<std::uint64_t> taken(std::uint64_t rows, const FeedOptions& options, const Place& place, std::uint64_t times) {
  std::vector<std::uint64_t> out;
  const Part part = part_of(rows, options, place);
  for (std::uint64_t i = 0; i < times; ++i) {
    const auto row = next_row(part, options.order, i);
    if (!row) break;
    out.push_back(*row);
  }
  return out;
}

constexpr Place kSecondOfTwo{.agent = 0, .agents = 1, .user = 1, .users = 2, .most_users = 2};

TEST(Deal, CircularBeginsAgain) { EXPECT_THAT(taken(3, {}, kSecondOfTwo, 5), ElementsAre(0, 1, 2, 0, 1)); }

TEST(Deal, SequentialEnds) { EXPECT_THAT(taken(3, {.order = Order::sequential}, kSecondOfTwo, 5), ElementsAre(0, 1, 2)); }

TEST(Deal, RowsAreSplitBetweenUsers) {
  EXPECT_THAT(taken(5, {.split = Split::users}, kSecondOfTwo, 3), ElementsAre(1, 3, 1));
  EXPECT_THAT(taken(5, {.order = Order::sequential, .split = Split::users}, kSecondOfTwo, 9), ElementsAre(1, 3));
}

TEST(Deal, RowsAreSplitBetweenAgents) {
  const Place place{.agent = 2, .agents = 3, .user = 7, .users = 10, .most_users = 10};
  EXPECT_THAT(taken(9, {.order = Order::sequential, .split = Split::agents}, place, 9), ElementsAre(2, 5, 8));
}

TEST(Deal, UniqueRowsAreTakenOnceByAllTogether) {
  std::vector<int> times(23, 0);
  for (std::uint64_t agent = 0; agent < 3; ++agent) {
    for (std::uint64_t user = 0; user < 4; ++user) {
      const Place place{agent, 3, user, 2, 4};
      for (const auto row : taken(23, {.order = Order::unique}, place, 100)) ++times[row];
    }
  }
  EXPECT_THAT(times, testing::Each(1));
}

TEST(Deal, AUserBeyondThePlanHasNoUniqueRows) {
  EXPECT_THAT(taken(9, {.order = Order::unique}, {.user = 2, .users = 2, .most_users = 2}, 9), IsEmpty());
  EXPECT_THAT(taken(3, {}, {.user = 2, .users = 2, .most_users = 2}, 4), ElementsAre(0, 1, 2, 0));
}

TEST(Deal, FewerRowsThanUsersLeaveSomeWithout) {
  EXPECT_THAT(taken(1, {.order = Order::unique}, kSecondOfTwo, 9), IsEmpty());
  EXPECT_THAT(taken(0, {}, kSecondOfTwo, 9), IsEmpty());
  EXPECT_THAT(taken(1, {.split = Split::users}, kSecondOfTwo, 9), IsEmpty());
}

}  // namespace
}  // namespace loads::feed
