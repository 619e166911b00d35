#include "common/metrics/request.h"

#include <gtest/gtest.h>

#include <set>
#include <string_view>
#include <utility>
#include <vector>

namespace loads::metrics {
namespace {

using namespace std::chrono_literals;

RequestRecord answered(int status, Nanoseconds total) {
  RequestRecord record;
  record.status = status;
  record.total = total;
  return record;
}

RequestRecord unanswered(RequestError error) {
  RequestRecord record;
  record.error = error;
  record.total = 7ms;
  return record;
}

TEST(RequestStats, AnAnswerIsCountedWithItsTimesAndBytes) {
  RequestRecord record = answered(200, 4ms);
  record.new_connection = true;
  record.phases[static_cast<std::size_t>(Phase::connect)] = 1ms;
  record.phases[static_cast<std::size_t>(Phase::wait)] = 3ms;
  record.bytes_sent = 100;
  record.bytes_received = 2000;

  RequestStats stats;
  stats.add(record);
  record.new_connection = false;
  stats.add(record);

  EXPECT_EQ(stats.answered, 2u);
  EXPECT_EQ(stats.answered_time, Nanoseconds(8ms));
  EXPECT_EQ(stats.phase_time[static_cast<std::size_t>(Phase::connect)], Nanoseconds(2ms));
  EXPECT_EQ(stats.phase_time[static_cast<std::size_t>(Phase::wait)], Nanoseconds(6ms));
  EXPECT_EQ(stats.connections, 1u);
  EXPECT_EQ(stats.bytes_sent, 200u);
  EXPECT_EQ(stats.bytes_received, 4000u);
  EXPECT_EQ(stats.unanswered(), 0u);
}

TEST(RequestStats, OnlySuccessfulAnswersEnterTheResponseTimes) {
  RequestStats stats;
  stats.add(answered(200, 1ms));
  stats.add(answered(399, 2ms));
  stats.add(answered(400, 300ms));
  stats.add(answered(503, 400ms));
  stats.add(unanswered(RequestError::timeout));
  EXPECT_EQ(stats.response_times.count(), 2u);
  EXPECT_EQ(stats.response_times.max(), 2000u);
  EXPECT_EQ(stats.answered, 4u);
  EXPECT_EQ(stats.answered_time, Nanoseconds(703ms));
  const std::vector<std::pair<int, std::uint64_t>> statuses(stats.statuses.begin(), stats.statuses.end());
  EXPECT_EQ(statuses, (std::vector<std::pair<int, std::uint64_t>>{{200, 1}, {399, 1}, {400, 1}, {503, 1}}));
}

TEST(RequestStats, ARequestWithoutAnAnswerIsNoHit) {
  RequestStats stats;
  stats.add(unanswered(RequestError::connect_refused));
  stats.add(unanswered(RequestError::connect_refused));
  stats.add(unanswered(RequestError::closed));
  EXPECT_EQ(stats.answered, 0u);
  EXPECT_EQ(stats.answered_time, Nanoseconds(0));
  EXPECT_TRUE(stats.statuses.empty());
  EXPECT_EQ(stats.errors[static_cast<std::size_t>(RequestError::connect_refused)], 2u);
  EXPECT_EQ(stats.unanswered(), 3u);
}

TEST(RequestStats, ResponseTimesAreRoundedToMicroseconds) {
  RequestStats stats;
  stats.add(answered(200, 1499ns));
  EXPECT_EQ(stats.response_times.max(), 1u);
  stats.add(answered(200, 1500ns));
  EXPECT_EQ(stats.response_times.max(), 2u);
  stats.add(answered(200, -5ns));
  EXPECT_EQ(stats.response_times.min(), 0u);
}

TEST(RequestStats, MergingAddsEverything) {
  RequestRecord record = answered(200, 4ms);
  record.new_connection = true;
  record.phases.fill(1ms);
  record.bytes_sent = 10;
  record.bytes_received = 20;
  RequestStats a;
  a.add(record);
  a.add(unanswered(RequestError::tls));
  RequestStats b;
  b.add(record);
  b.add(answered(404, 6ms));
  b.add(unanswered(RequestError::tls));

  a.merge(b);
  EXPECT_EQ(a.answered, 3u);
  EXPECT_EQ(a.answered_time, Nanoseconds(14ms));
  EXPECT_EQ(a.statuses[200], 2u);
  EXPECT_EQ(a.statuses[404], 1u);
  EXPECT_EQ(a.errors[static_cast<std::size_t>(RequestError::tls)], 2u);
  for (const auto time : a.phase_time) EXPECT_EQ(time, Nanoseconds(2ms));
  EXPECT_EQ(a.response_times.count(), 2u);
  EXPECT_EQ(a.connections, 2u);
  EXPECT_EQ(a.bytes_sent, 20u);
  EXPECT_EQ(a.bytes_received, 40u);
}

TEST(RequestError, EachHasItsOwnWords) {
  std::set<std::string_view> words;
  for (std::size_t i = 0; i < kRequestErrors; ++i) words.insert(to_string(static_cast<RequestError>(i)));
  EXPECT_EQ(words.size(), kRequestErrors);
  EXPECT_EQ(words.count("unknown"), 0u);
  EXPECT_EQ(to_string(RequestError::connect_refused), "connection refused");
}

TEST(RequestError, TheBlameIsTheTargetsTheTestsOrTheGenerators) {
  EXPECT_EQ(class_of(RequestError::invalid_url), ErrorClass::test);
  EXPECT_EQ(class_of(RequestError::connect_refused), ErrorClass::target);
  EXPECT_EQ(class_of(RequestError::bad_answer), ErrorClass::target);
  EXPECT_EQ(class_of(RequestError::no_descriptors), ErrorClass::generator);
  EXPECT_EQ(class_of(RequestError::no_ports), ErrorClass::generator);
  EXPECT_EQ(class_of(RequestError::cancelled), ErrorClass::generator);
  EXPECT_EQ(to_string(ErrorClass::generator), "generator");
}

TEST(Phase, EachHasItsName) {
  std::set<std::string_view> names;
  for (std::size_t i = 0; i < kPhases; ++i) names.insert(to_string(static_cast<Phase>(i)));
  EXPECT_EQ(names, (std::set<std::string_view>{"dns", "connect", "tls", "send", "wait", "receive"}));
}

}  // namespace
}  // namespace loads::metrics
