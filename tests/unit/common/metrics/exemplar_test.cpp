#include "common/metrics/exemplar.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <string>
#include <vector>

#include "common/metrics/recorder.h"
#include "common/metrics/split.h"
#include "common/metrics/totals.h"

namespace loads::metrics {
namespace {

using namespace std::chrono_literals;
using Random = std::mt19937_64;

Exemplar slow(std::string name, Nanoseconds total, std::chrono::seconds sent = 0s) {
  Exemplar exemplar;
  exemplar.name = std::move(name);
  exemplar.status = 200;
  exemplar.total = total;
  exemplar.sent = WallTime(sent);
  return exemplar;
}

Exemplar failed(std::string name, int status, std::chrono::seconds sent, std::string message = "") {
  Exemplar exemplar = slow(std::move(name), 1ms, sent);
  exemplar.status = status;
  exemplar.message = std::move(message);
  return exemplar;
}

// Few values, so that there are many ties.
Exemplar random_exemplar(Random& random) {
  Exemplar exemplar = slow("GET /" + std::to_string(random() % 6), Nanoseconds(random() % 20), std::chrono::seconds(random() % 10));
  exemplar.user = static_cast<std::uint32_t>(random() % 3);
  const std::uint64_t kind = random() % 4;
  if (kind == 0) exemplar.status = static_cast<int>(500 + random() % 5);
  if (kind == 1) exemplar.message = "expected " + std::to_string(random() % 3);
  if (kind == 1) exemplar.location = "shop.cpp:" + std::to_string(random() % 3);
  if (kind == 2 && random() % 2 == 0) {
    exemplar.status = 0;
    exemplar.error = RequestError::timeout;
  }
  return exemplar;
}

ExemplarTable table_of(const std::vector<Exemplar>& exemplars) {
  ExemplarTable table;
  for (const Exemplar& exemplar : exemplars) table.add(exemplar);
  return table;
}

bool operator==(const ExemplarTable& a, const ExemplarTable& b) { return a.slowest() == b.slowest() && a.failed() == b.failed(); }

std::vector<std::string> names(const std::vector<Exemplar>& exemplars) {
  std::vector<std::string> out;
  for (const Exemplar& exemplar : exemplars) out.push_back(exemplar.name);
  return out;
}

TEST(Exemplars, TheSlowestAreKeptAndOfANameTwo) {
  const ExemplarTable table = table_of({slow("a", 1s), slow("b", 2s), slow("a", 9s), slow("a", 8s), slow("a", 7s), slow("c", 3s)});
  EXPECT_EQ(names(table.slowest()), (std::vector<std::string>{"a", "a", "c", "b"}));
  EXPECT_EQ(table.slowest().back().total, 2s);
  EXPECT_TRUE(table.failed().empty());
}

TEST(Exemplars, NoMoreAreKeptThanTheirNumber) {
  ExemplarTable table;
  for (int i = 0; i < 1000; ++i) {
    table.add(slow("GET /" + std::to_string(i), std::chrono::milliseconds(i)));
    table.add(failed("GET /" + std::to_string(i), 404, std::chrono::seconds(1000 - i)));
  }
  EXPECT_EQ(table.slowest().size(), ExemplarTable::kMostSlowest);
  EXPECT_EQ(table.slowest().front().total, 999ms);
  EXPECT_EQ(table.failed().size(), ExemplarTable::kMostFailed);
  EXPECT_EQ(table.failed().front().name, "GET /999");
}

TEST(Exemplars, OfEachKindOfFailureTheFirstIsKept) {
  ExemplarTable table = table_of({failed("a", 503, 5s), failed("a", 503, 3s), failed("a", 404, 4s), failed("b", 503, 9s)});
  ASSERT_EQ(table.failed().size(), 3U);
  EXPECT_EQ(table.failed()[0].sent, WallTime(3s));
  EXPECT_EQ(table.failed()[1].status, 404);
  EXPECT_EQ(names(table.failed()), (std::vector<std::string>{"a", "a", "b"}));
}

TEST(Exemplars, WhatTheTestFindsFaultWithHasFailed) {
  Exemplar here = failed("a", 200, 2s, "no basket");
  here.location = "shop.cpp:14";
  Exemplar there = here;
  there.location = "shop.cpp:20";
  const ExemplarTable table = table_of({here, there, failed("a", 200, 1s), failed("a", 200, 2s, "another basket")});
  EXPECT_EQ(table.failed().size(), 3U);
  EXPECT_EQ(table.slowest().size(), 1U);
  EXPECT_FALSE(table.lacks_failure("a", 200, RequestError::none, "shop.cpp:14"));
  EXPECT_TRUE(table.lacks_failure("a", 200, RequestError::none, "shop.cpp:15"));
}

TEST(Exemplars, MergingIsExactInAnyOrderAndTwiceIsOnce) {
  Random random(7);
  for (int round = 0; round < 200; ++round) {
    std::vector<Exemplar> all(60);
    std::generate(all.begin(), all.end(), [&] { return random_exemplar(random); });
    const ExemplarTable whole = table_of(all);
    std::shuffle(all.begin(), all.end(), random);
    EXPECT_TRUE(table_of(all) == whole);

    std::vector<ExemplarTable> parts(4);
    for (const Exemplar& exemplar : all) parts[random() % parts.size()].add(exemplar);
    ExemplarTable forwards;
    for (const ExemplarTable& part : parts) forwards.merge(part);
    ExemplarTable backwards;
    for (auto part = parts.rbegin(); part != parts.rend(); ++part) backwards.merge(*part);
    EXPECT_TRUE(forwards == whole);
    EXPECT_TRUE(backwards == whole);
    forwards.merge(parts[1]);
    forwards.merge(whole);
    EXPECT_TRUE(forwards == whole);
  }
}

TEST(Exemplars, TextsAreCutToTheirLimits) {
  Exemplar large = failed(std::string(9000, 'n'), 500, 0s, std::string(9000, 'm'));
  large.url = large.request = large.answer = std::string(9000, 't');
  large.method = large.location = large.address = std::string(9000, 'w');
  const ExemplarTable table = table_of({large});
  const Exemplar& kept = table.failed().front();
  EXPECT_EQ(kept.name.size(), 4096U);
  EXPECT_EQ(kept.message.size(), 1024U);
  for (const std::string* text : {&kept.url, &kept.request, &kept.answer}) EXPECT_EQ(text->size(), 2048U);
  for (const std::string* text : {&kept.method, &kept.location, &kept.address}) EXPECT_EQ(text->size(), 256U);
}

RequestRecord record_of(int status, Nanoseconds total, RequestError error = RequestError::none) {
  RequestRecord record;
  record.status = status;
  record.total = total;
  record.error = error;
  return record;
}

// What a client does.
bool offer(Recorder& recorder, Recorder::NameId name, const RequestRecord& record) {
  if (!recorder.stands_out(name, record)) return false;
  Exemplar exemplar;
  exemplar.status = record.status;
  exemplar.error = record.error;
  exemplar.total = record.total;
  recorder.keep(name, exemplar);
  return true;
}

TEST(ExemplarLimits, OnlyWhatIsSlowerThanThoseOfItsNameStandsOut) {
  Recorder recorder;
  const auto a = recorder.request_name("a");
  EXPECT_TRUE(offer(recorder, a, record_of(200, 0ms)));
  EXPECT_TRUE(offer(recorder, a, record_of(200, 10ms)));
  EXPECT_TRUE(offer(recorder, a, record_of(200, 1ms)));
  EXPECT_FALSE(offer(recorder, a, record_of(200, 1ms)));
  EXPECT_FALSE(offer(recorder, a, record_of(200, 500us)));
  EXPECT_TRUE(offer(recorder, recorder.request_name("b"), record_of(200, 1us)));
}

TEST(ExemplarLimits, AreThoseOfTheTableWhenItIsFull) {
  Recorder recorder;
  for (const char* name : {"a", "b", "c"}) {
    for (const auto total : {10ms, 20ms}) offer(recorder, recorder.request_name(name), record_of(200, total));
  }
  EXPECT_FALSE(recorder.stands_out(recorder.request_name("new"), record_of(200, 10ms)));
  EXPECT_TRUE(recorder.stands_out(recorder.request_name("new"), record_of(200, 11ms)));
  EXPECT_FALSE(recorder.stands_out(recorder.request_name("a"), record_of(200, 10ms)));
}

TEST(ExemplarLimits, AgreeWithTheTableOfAllThatWasRecorded) {
  Random random(11);
  Recorder recorder;
  ExemplarTable all;
  ExemplarTable sum;
  for (int i = 0; i < 5000; ++i) {
    const std::string name = "GET /" + std::to_string(random() % 9);
    const auto record = record_of(200, Nanoseconds(random() % 100'000));
    offer(recorder, recorder.request_name(name), record);
    all.add(slow(name, record.total));
    if (i % 100 == 0) sum.merge(recorder.take().exemplars);
  }
  sum.merge(recorder.take().exemplars);
  ASSERT_EQ(sum.slowest().size(), all.slowest().size());
  for (std::size_t i = 0; i < all.slowest().size(); ++i) {
    EXPECT_EQ(sum.slowest()[i].total, all.slowest()[i].total);
    EXPECT_EQ(sum.slowest()[i].name, all.slowest()[i].name);
  }
}

TEST(ExemplarLimits, AFailureStandsOutOnceAndACutOneNever) {
  Recorder recorder;
  const auto a = recorder.request_name("a");
  EXPECT_FALSE(offer(recorder, a, record_of(0, 5s, RequestError::cancelled)));
  EXPECT_TRUE(offer(recorder, a, record_of(0, 5s, RequestError::timeout)));
  EXPECT_FALSE(offer(recorder, a, record_of(0, 9s, RequestError::timeout)));
  EXPECT_TRUE(offer(recorder, a, record_of(0, 5s, RequestError::closed)));
  EXPECT_TRUE(offer(recorder, a, record_of(404, 1ms)));
  EXPECT_FALSE(offer(recorder, a, record_of(404, 9s)));
  EXPECT_TRUE(offer(recorder, a, record_of(400, 1ms)));
  EXPECT_TRUE(recorder.take().exemplars.slowest().empty());
}

TEST(ExemplarLimits, ASliceHasWhatIsNewInItsStep) {
  Recorder recorder;
  const auto a = recorder.request_name("a");
  offer(recorder, a, record_of(200, 1ms));
  EXPECT_EQ(recorder.take().exemplars.slowest().size(), 1U);
  EXPECT_TRUE(recorder.take().exemplars.empty());
  recorder.slice().step = 3;
  offer(recorder, a, record_of(200, 2ms));
  const Slice slice = recorder.take();
  ASSERT_EQ(slice.exemplars.slowest().size(), 1U);
  EXPECT_EQ(slice.exemplars.slowest()[0].step, 3U);
  EXPECT_EQ(slice.exemplars.slowest()[0].name, "a");
  EXPECT_FALSE(slice.empty());
}

TEST(ExemplarsOfARun, BelongToTheWholeAndToNoStep) {
  Totals totals;
  for (std::uint32_t step = 0; step < 3; ++step) {
    Slice slice;
    slice.step = step;
    slice.exemplars.add(slow("a", std::chrono::milliseconds(step)));
    totals.add(slice);
  }
  EXPECT_EQ(totals.all().exemplars.slowest().size(), ExemplarTable::kMostOfName);
  for (const Totals::Step& step : totals.steps()) EXPECT_TRUE(step.slice.exemplars.empty());
}

TEST(ExemplarsOfARun, AreDealtToThePartsOfASlice) {
  Slice whole;
  for (int i = 0; i < 9; ++i) {
    Exemplar exemplar = failed("GET /" + std::to_string(i), 500, std::chrono::seconds(i));
    exemplar.answer = std::string(2000, 'x');
    whole.exemplars.add(exemplar);
    whole.exemplars.add(slow("GET /" + std::to_string(i), std::chrono::seconds(i)));
  }
  const ExemplarTable all = whole.exemplars;
  const std::vector<Slice> parts = split(std::move(whole), 8000);
  EXPECT_GT(parts.size(), 3U);
  ExemplarTable sum;
  for (const Slice& part : parts) sum.merge(part.exemplars);
  EXPECT_TRUE(sum == all);
}

}  // namespace
}  // namespace loads::metrics
