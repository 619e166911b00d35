#include "proto/metrics_values.h"

#include <gtest/gtest.h>

#include <chrono>
#include <limits>
#include <string>
#include <vector>

#include "common/wall_time.h"
#include "unit/proto/value_bytes.h"

namespace loads::proto {
namespace {

using namespace std::chrono_literals;
using wire::array;
using wire::map;
using wire::value;

constexpr std::uint64_t kMostEvents = std::uint64_t{1} << 48;

std::string zeros(std::size_t count) { return array(std::vector<std::string>(count, value(0))); }

template <typename T>
T decoded(const std::string& bytes) {
  T out;
  EXPECT_TRUE(from_record(wire::span(bytes), out));
  return out;
}

// The elements of each value in their order, to be changed one by one.
std::vector<std::string> request_of(std::uint64_t answered, const std::string& times) {
  return {times, map({}), zeros(kFirstRequestErrors), value(answered), value(0), zeros(metrics::kPhases), value(0), zeros(2)};
}
std::vector<std::string> slice() { return {value(0), map({}), map({}), map({}), map({}), zeros(5), array({}), map({}), zeros(2)}; }
std::vector<std::string> problem(const char* message) {
  return {value(0), value(0), value(message), value("a.cpp:1"), value("GET /"), value(1), value(0), value(0)};
}
std::vector<std::string> exemplar(int status, int error) {
  return {value(0),
          value("GET /"),
          value(status),
          value(error),
          value(""),
          value(""),
          value("GET"),
          value("http://a/"),
          value(5),
          zeros(metrics::kPhases),
          zeros(2),
          value(false),
          value("127.0.0.1:80"),
          value(0),
          value(0),
          value(0),
          value("GET"),
          value("")};
}
std::string exemplars(const std::vector<std::string>& slowest, const std::vector<std::string>& failed) {
  return array({array(slowest), array(failed)});
}
TEST(MetricsValues, TrailingElementsOfANewerPeerAreSkipped) {
  const std::string more = map({{"new", array({kNil})}});
  const auto with_more = [&](std::vector<std::string> elements) {
    elements.push_back(more);
    return array(elements);
  };
  std::vector<std::string> with_all_causes = request_of(0, kNil);
  for (std::size_t cause = kFirstRequestErrors; cause < metrics::kRequestErrors; ++cause) with_all_causes.push_back(value(5));
  with_all_causes.push_back(kNil);
  EXPECT_EQ(error_of<metrics::RequestStats>(with_more(with_all_causes)), "");
  std::vector<std::string> with_sockets = slice();
  with_sockets.push_back(with_more({value(0), value(0), value(0), value(0), kNil, zeros(metrics::kSocketErrors)}));
  with_sockets.back() = array({value(0), value(0), value(0), value(0), kNil, zeros(metrics::kSocketErrors)});
  with_sockets.push_back(with_more({array({with_more(exemplar(200, 0))}), array({})}));
  with_sockets.push_back(with_more({kNil, kNil, value(0)}));
  with_sockets.push_back(value(false));
  EXPECT_EQ(error_of<metrics::Slice>(with_more(with_sockets)), "");
  EXPECT_EQ(error_of<metrics::Problem>(with_more(problem("m"))), "");
  EXPECT_EQ(error_of<metrics::Tally>(with_more({value(0), value(0), value(0), value(0), zeros(5)})), "");
}

TEST(MetricsValues, MissingElementsAreRefused) {
  const auto with_less = [](std::vector<std::string> elements) {
    elements.pop_back();
    return array(elements);
  };
  EXPECT_EQ(error_of<metrics::RequestStats>(with_less(request_of(0, kNil))), "an array is too short");
  EXPECT_EQ(error_of<metrics::Slice>(with_less(slice())), "an array is too short");
  EXPECT_EQ(error_of<metrics::Problem>(with_less(problem("m"))), "an array is too short");
  EXPECT_EQ(error_of<metrics::Tally>(with_less({value(0), value(0), value(0), value(0), zeros(5)})), "an array is too short");
}

TEST(MetricsValues, PartsOfARequestThatDoNotBelongTogetherAreRefused) {
  metrics::Histogram three;
  three.record(1000, 3);
  EXPECT_EQ(error_of<metrics::RequestStats>(array(request_of(3, value(three)))), "");
  EXPECT_EQ(error_of<metrics::RequestStats>(array(request_of(2, value(three)))), "the counts of a request do not belong together");
  auto two_answers = request_of(1, kNil);
  two_answers[1] = "\x82" + value(200) + value(1) + value(404) + value(1);
  EXPECT_EQ(error_of<metrics::RequestStats>(array(two_answers)), "the counts of a request do not belong together");
}

TEST(MetricsValues, AStatusHasThreeDigitsAndComesOnce) {
  const auto statuses = [](const std::string& pairs) { return error_with<metrics::RequestStats>(request_of(9, kNil), 1, pairs); };
  EXPECT_EQ(statuses("\x81" + value(3) + value(1)), "") << "003 is what some targets send";
  EXPECT_EQ(statuses("\x81" + value(999) + value(1)), "");
  EXPECT_EQ(statuses("\x81" + value(1000) + value(1)), "a status is none of HTTP");
  EXPECT_EQ(statuses("\x81" + value(-1) + value(1)), "a number that is not negative was expected");
  EXPECT_EQ(statuses("\x82" + value(200) + value(1) + value(200) + value(1)), "a status comes twice");
}

TEST(MetricsValues, CountsBeyondAnyRunAreRefused) {
  EXPECT_EQ(error_of<metrics::RequestStats>(array(request_of(kMostEvents, kNil))), "");
  EXPECT_EQ(error_of<metrics::RequestStats>(array(request_of(kMostEvents + 1, kNil))), "a count is beyond any run");
  EXPECT_EQ(error_with<metrics::Slice>(slice(), 5, zeros(4)), "an array has the wrong length");
}

TEST(MetricsValues, NegativeTimesAreRefused) {
  EXPECT_EQ(error_with<metrics::RequestStats>(request_of(1, kNil), 4, value(-1)), "a time is negative");
}

TEST(MetricsValues, ForgedSumsStayInTheirRangeWhenMerged) {
  const std::string longest = value(std::numeric_limits<std::int64_t>::max());
  auto elements = request_of(kMostEvents, kNil);
  elements[4] = longest;
  elements[5] = array(std::vector<std::string>(metrics::kPhases, longest));
  elements[7] = array({value(std::numeric_limits<std::uint64_t>::max()), value(std::numeric_limits<std::uint64_t>::max())});
  auto forged = slice();
  forged[1] = map({{"GET /", array(elements)}});
  forged[2] = map({{"counter", longest}});
  const auto one = decoded<metrics::Slice>(array(forged));
  metrics::Totals totals;
  for (int i = 0; i < 3; ++i) totals.add(one);
  const auto& sum = totals.all().requests.at("GET /");
  EXPECT_EQ(sum.answered_time, metrics::Nanoseconds::max());
  EXPECT_EQ(sum.phase_time[0], metrics::Nanoseconds::max());
  EXPECT_EQ(sum.answered, 3 * kMostEvents);
  EXPECT_EQ(decoded<metrics::RequestStats>(value(one.requests.at("GET /"))).answered_time, metrics::Nanoseconds::max());
}

TEST(MetricsValues, AProblemIsOfAKnownKindHappenedAndComesOnce) {
  EXPECT_EQ(error_with<metrics::Problem>(problem("m"), 0, value(2)), "a problem is of no known kind");
  EXPECT_EQ(error_with<metrics::Problem>(problem("m"), 1, value(3)), "a problem is of no known kind");
  auto never = problem("m");
  never[5] = value(0);
  EXPECT_EQ(error_with<metrics::Slice>(slice(), 6, array({array(never)})), "a problem never happened");
  EXPECT_EQ(error_with<metrics::Slice>(slice(), 6, array({array(problem("m")), array(problem("n"))})), "a kind of problem comes twice");
}

TEST(MetricsValues, AnExemplarIsWhatAClientCanHaveSeen) {
  const std::string good = array(exemplar(200, 0));
  const std::string lost = array(exemplar(0, 7));
  using metrics::ExemplarTable;
  EXPECT_EQ(error_of<ExemplarTable>(exemplars({good}, {lost, array(exemplar(404, 0))})), "");
  EXPECT_NE(error_of<ExemplarTable>(exemplars({lost}, {})), "");
  EXPECT_NE(error_of<ExemplarTable>(exemplars({}, {good})), "");
  EXPECT_NE(error_of<ExemplarTable>(exemplars({}, {array(exemplar(0, 0))})), "");
  EXPECT_NE(error_of<ExemplarTable>(exemplars({}, {array(exemplar(500, 7))})), "");
  EXPECT_NE(error_of<ExemplarTable>(exemplars({}, {array(exemplar(1000, 0))})), "");
  EXPECT_NE(error_of<ExemplarTable>(exemplars({}, {array(exemplar(-1, 0))})), "");
  const auto with = [](std::size_t index, const std::string& element) {
    std::vector<std::string> elements = exemplar(200, 0);
    elements.at(index) = element;
    return exemplars({array(elements)}, {});
  };
  EXPECT_NE(error_of<ExemplarTable>(with(8, value(-1))), "");
  EXPECT_NE(error_of<ExemplarTable>(with(9, zeros(5))), "");
  EXPECT_NE(error_of<ExemplarTable>(with(9, array({value(0), value(-1), value(0), value(0), value(0), value(0)}))), "");
  EXPECT_NE(error_of<ExemplarTable>(with(13, value(4096))), "");
  EXPECT_EQ(error_of<ExemplarTable>(with(13, value(4095))), "");
}

TEST(MetricsValues, MoreExemplarsThanAnyoneKeepsAreRefused) {
  const std::vector<std::string> slowest(metrics::ExemplarTable::kMostSlowest + 1, array(exemplar(200, 0)));
  const std::vector<std::string> failed(metrics::ExemplarTable::kMostFailed + 1, array(exemplar(404, 0)));
  EXPECT_NE(error_of<metrics::ExemplarTable>(exemplars(slowest, {})), "");
  EXPECT_NE(error_of<metrics::ExemplarTable>(exemplars({}, failed)), "");
}

TEST(MetricsValues, AnExemplarWithACauseThatIsNotKnownIsPassedOver) {
  const auto cause = static_cast<int>(metrics::kRequestErrors);
  const auto table = decoded<metrics::ExemplarTable>(exemplars({}, {array(exemplar(0, cause)), array(exemplar(0, 7))}));
  ASSERT_EQ(table.failed().size(), 1U);
  EXPECT_EQ(table.failed()[0].error, metrics::RequestError::timeout);
}

TEST(MetricsValues, LongTextsOfAnExemplarAreCut) {
  std::vector<std::string> elements = exemplar(200, 0);
  for (const std::size_t text : {1U, 4U, 6U, 7U, 12U, 16U, 17U}) elements.at(text) = value(std::string(100'000, 'x').c_str());
  const auto table = decoded<metrics::ExemplarTable>(exemplars({array(elements)}, {}));
  EXPECT_LT(to_record(table).size(), 12'000U);
}

TEST(MetricsValues, ExemplarsTravelOnceHoweverManyStepsThereAre) {
  metrics::Slice slice;
  metrics::Exemplar exemplar;
  exemplar.status = 200;
  exemplar.answer = std::string(2000, 'x');
  slice.exemplars.add(exemplar);
  metrics::Slice without;
  metrics::Totals few;
  metrics::Totals many;
  metrics::Totals many_without;
  for (std::uint32_t step = 0; step < 1000; ++step) {
    slice.step = without.step = step;
    if (step < 2) few.add(slice);
    many.add(slice);
    many_without.add(without);
  }
  const std::size_t exemplars = to_record(many).size() - to_record(many_without).size();
  EXPECT_GT(exemplars, 2000U);
  EXPECT_LT(exemplars, 2200U);
  const auto back = decoded<metrics::Totals>(to_record(many));
  EXPECT_EQ(back.all().exemplars.slowest(), many.all().exemplars.slowest());
  EXPECT_TRUE(back.steps()[0].slice.exemplars.empty());
  EXPECT_EQ(decoded<metrics::Totals>(to_record(few)).all().exemplars.slowest(), few.all().exemplars.slowest());
}

TEST(MetricsValues, TheEndsOfTheClockCanBeShown) {
  for (const std::int64_t end : {kLongestTime, -kLongestTime}) {
    auto elements = problem("m");
    elements[6] = elements[7] = value(end);
    const auto back = decoded<metrics::Problem>(array(elements));
    EXPECT_EQ(format_iso_utc(back.first).size(), std::string("2026-11-23T12:15:06.375365Z").size());
    elements[6] = value(end > 0 ? end + 1 : end - 1);
    EXPECT_EQ(error_of<metrics::Problem>(array(elements)), "a time is beyond all clocks");
  }
}

TEST(MetricsValues, AFullTableComesBackAsItWasSent) {
  metrics::Slice full;
  for (int i = 0; i < 300; ++i) metrics::entry(full.counters, "z" + std::to_string(i)) += 1;
  for (int i = 0; i < 300; ++i) {
    const auto kind = i % 2 == 0 ? metrics::ProblemKind::error : metrics::ProblemKind::failure;
    full.problems.add({kind, metrics::ErrorClass::test, std::to_string(i), "", "", 1, {}, {}});
  }
  ASSERT_EQ(full.counters.size(), metrics::kMaxNames + 1);
  ASSERT_EQ(full.problems.kinds(), metrics::ProblemTable::kMaxKinds);
  EXPECT_EQ(value(decoded<metrics::Slice>(value(full))), value(full));
  metrics::Totals totals;
  totals.add(full);
  EXPECT_EQ(value(decoded<metrics::Totals>(value(totals))), value(totals));
}

TEST(MetricsValues, MoreNamesThanAnyoneKeepsAreRefused) {
  const auto names = [](int count) {
    std::string table;
    Writer(table).map(static_cast<std::size_t>(count));
    for (int i = 0; i < count; ++i) table += value(std::to_string(i).c_str()) + value(1);
    return error_with<metrics::Slice>(slice(), 2, table);
  };
  EXPECT_EQ(names(200), "");
  EXPECT_EQ(names(201), "a table has too many names") << "the last one can be \"other\" only";
  EXPECT_EQ(names(202), "a table has too many names");
  EXPECT_EQ(error_with<metrics::Slice>(slice(), 2, map({{"a", value(1)}, {"a", value(2)}})), "a name comes twice");
}

TEST(MetricsValues, AHistogramThatIsNoneIsRefused) {
  EXPECT_EQ(error_of<metrics::Histogram>(wire::bytes({0xc4, 2, 1, 2})), "a histogram is none");
  EXPECT_EQ(error_of<metrics::Histogram>(value("text")), "bytes were expected");
  EXPECT_EQ(value(metrics::Histogram()), kNil);
}

// A history of one window, with these buckets of times.
std::string history_of(std::uint64_t width, const std::vector<std::string>& buckets, std::size_t elements = 7) {
  std::vector<std::string> window(6, value(1));
  window.push_back(array(buckets));
  window.resize(elements, value(0));
  return array({value(width), array({array(window)})});
}

TEST(MetricsValues, AHistoryIsWhatARecorderCanHaveMade) {
  EXPECT_EQ("", error_of<metrics::History>(history_of(1, {value(0), value(5), value(559), value(1)})));
  EXPECT_EQ("", error_of<metrics::History>(history_of(4, {}, 9))) << "a newer peer has more";
  EXPECT_NE("", error_of<metrics::History>(history_of(1, {}, 6)));
  EXPECT_NE("", error_of<metrics::History>(history_of(0, {})));
  EXPECT_NE("", error_of<metrics::History>(history_of(3, {})));
  EXPECT_NE("", error_of<metrics::History>(history_of(1, {value(5)}))) << "a bucket without its count";
  EXPECT_NE("", error_of<metrics::History>(history_of(1, {value(560), value(1)})));
  EXPECT_NE("", error_of<metrics::History>(history_of(1, {value(7), value(1), value(7), value(1)})));
  EXPECT_NE("", error_of<metrics::History>(history_of(1, {value(7), value(std::uint64_t{1} << 49)})));
}

TEST(MetricsValues, StepsOfTotalsAreInTheirPlaces) {
  auto second = slice();
  second[0] = value(1);
  const auto step = [](const std::vector<std::string>& elements, std::int64_t duration) {
    return array({array(elements), value(duration)});
  };
  EXPECT_EQ(error_of<metrics::Totals>(array({step(slice(), 1), step(second, 1)})), "");
  EXPECT_EQ(error_of<metrics::Totals>(array({step(second, 1)})), "a step is out of its place");
  EXPECT_EQ(error_of<metrics::Totals>(array({step(slice(), 1), step(slice(), 1)})), "a step is out of its place");
  EXPECT_EQ(error_of<metrics::Totals>(array({step(slice(), -1)})), "a time is negative");
  EXPECT_EQ(error_with<metrics::Slice>(slice(), 0, value(4096)), "a step is beyond any plan");
}

TEST(MetricsValues, ASliceKeepsItsArrivalsAndServiceTimes) {
  metrics::Slice slice;
  slice.step = 2;
  slice.warm_up = true;
  slice.arrivals.late.record(50, 3);
  slice.arrivals.waited.record(2'000'000);
  slice.arrivals.missed = 7;
  metrics::RequestRecord record;
  record.status = 200;
  record.total = std::chrono::milliseconds(3);
  record.delay = std::chrono::milliseconds(2);
  metrics::entry(slice.requests, "GET /").add(record, true);
  const metrics::Slice back = there_and_back(slice);
  EXPECT_TRUE(back.warm_up);
  EXPECT_EQ(back.arrivals.late.count(), 3u);
  EXPECT_EQ(back.arrivals.waited.max(), 2'000'000u);
  EXPECT_EQ(back.arrivals.missed, 7u);
  EXPECT_EQ(back.requests.at("GET /").response_times.max(), 5000u);
  EXPECT_EQ(back.requests.at("GET /").service_times.max(), 3000u);
}

TEST(MetricsValues, TotalsKeepTheWarmUpApart) {
  metrics::Slice slice;
  slice.outcomes = {5, 0, 0, 0, 0};
  metrics::Totals totals;
  totals.add(slice);
  slice.warm_up = true;
  slice.outcomes = {2, 0, 0, 0, 0};
  totals.add(slice);
  const metrics::Totals back = there_and_back(totals);
  EXPECT_EQ(back.all().runs(metrics::Outcome::success), 5u);
  EXPECT_EQ(back.warm_up().runs(metrics::Outcome::success), 2u);
  EXPECT_EQ(back.steps().size(), 1u);
}

}  // namespace
}  // namespace loads::proto
