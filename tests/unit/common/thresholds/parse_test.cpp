#include "common/thresholds/parse.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <stdexcept>

namespace loads::thresholds {
namespace {

using testing::HasSubstr;
using namespace std::chrono_literals;

struct Written {
  const char* text;
  Metric metric;
  Figure figure;
  const char* name;
  Comparison comparison;
  double limit;
  Unit unit;
};

std::string trouble_of(const std::string& text, Threshold (*read)(std::string_view) = parse) {
  try {
    read(text);
  } catch (const std::invalid_argument& trouble) {
    return trouble.what();
  }
  return "none";
}

TEST(ThresholdGrammar, EachMetricIsReadAsItIsMeant) {
  const Written table[] = {
      {"p95<500ms", Metric::time, Figure::percentile, "", Comparison::less, 0.5, Unit::seconds},
      {"p99.9<=1s", Metric::time, Figure::percentile, "", Comparison::at_most, 1, Unit::seconds},
      {"max<2s", Metric::time, Figure::max, "", Comparison::less, 2, Unit::seconds},
      {"min>1us", Metric::time, Figure::min, "", Comparison::more, 1e-6, Unit::seconds},
      {"mean < 1m30s", Metric::time, Figure::mean, "", Comparison::less, 90, Unit::seconds},
      {"  p95{GET /}<300ms ", Metric::time, Figure::percentile, "GET /", Comparison::less, 0.3, Unit::seconds},
      {"max{GET /a<b>=c}>=1ms", Metric::time, Figure::max, "GET /a<b>=c", Comparison::at_least, 0.001, Unit::seconds},
      {"hits>=1000", Metric::hits, Figure::count, "", Comparison::at_least, 1000, Unit::none},
      {"hits{POST /cart}>0", Metric::hits, Figure::count, "POST /cart", Comparison::more, 0, Unit::none},
      {"rps>=99.5", Metric::rate, Figure::count, "", Comparison::at_least, 99.5, Unit::per_second},
      {"rps>=1000/s", Metric::rate, Figure::count, "", Comparison::at_least, 1000, Unit::per_second},
      {"errors<1%", Metric::errors, Figure::count, "", Comparison::less, 1, Unit::percent},
      {"failures<10", Metric::failures, Figure::count, "", Comparison::less, 10, Unit::none},
      {"success>99.9%", Metric::success, Figure::count, "", Comparison::more, 99.9, Unit::percent},
      {"unanswered<0.1%", Metric::unanswered, Figure::count, "", Comparison::less, 0.1, Unit::percent},
      {"unanswered{GET /}<=0", Metric::unanswered, Figure::count, "GET /", Comparison::at_most, 0, Unit::none},
      {"status_5xx<0.5%", Metric::status, Figure::count, "", Comparison::less, 0.5, Unit::percent},
      {"status_503{GET /}<1", Metric::status, Figure::count, "GET /", Comparison::less, 1, Unit::none},
      {"counter{searches}>=10", Metric::counter, Figure::count, "searches", Comparison::at_least, 10, Unit::none},
      {"counter{balance}>-3", Metric::counter, Figure::count, "balance", Comparison::more, -3, Unit::none},
      {"check{is fast}>99%", Metric::check, Figure::count, "is fast", Comparison::more, 99, Unit::percent},
      {"trend{items}.p95<20", Metric::trend, Figure::percentile, "items", Comparison::less, 20, Unit::none},
      {"trend{items}.count>=1", Metric::trend, Figure::count, "items", Comparison::at_least, 1, Unit::none},
  };
  for (const Written& row : table) {
    SCOPED_TRACE(row.text);
    const Threshold threshold = parse(row.text);
    EXPECT_EQ(threshold.metric, row.metric);
    EXPECT_EQ(threshold.figure, row.figure);
    EXPECT_EQ(threshold.name, row.name);
    EXPECT_EQ(threshold.comparison, row.comparison);
    EXPECT_DOUBLE_EQ(threshold.limit, row.limit);
    EXPECT_EQ(threshold.unit, row.unit);
    EXPECT_EQ(threshold.window, 0ns);
  }
}

TEST(ThresholdGrammar, PercentilesAndStatusesKeepTheirNumbers) {
  EXPECT_DOUBLE_EQ(parse("p99.9<1s").quantile, 0.999);
  EXPECT_DOUBLE_EQ(parse("trend{t}.p50<1").quantile, 0.5);
  EXPECT_EQ(parse("status_5xx<1").lowest_status, 500);
  EXPECT_EQ(parse("status_5xx<1").highest_status, 599);
  EXPECT_EQ(parse("status_404<1").lowest_status, 404);
  EXPECT_EQ(parse("status_404<1").highest_status, 404);
}

TEST(ThresholdGrammar, NamesMayHaveBraces) {
  EXPECT_EQ(parse("p95{GET /users/{id}}<1s").name, "GET /users/{id}");
  EXPECT_EQ(parse("p95{GET  /}<1s").name, "GET /") << "as the summary aligns it";
  EXPECT_EQ(parse("p95{front  page}<1s").name, "front  page");
  EXPECT_EQ(parse("p95{GET /odd\\}}<1s").name, "GET /odd}");
  EXPECT_EQ(parse("p95{a\\\\b}<1s").name, "a\\b");
}

TEST(ThresholdGrammar, TheTextIsTheExpressionWithoutItsMargins) { EXPECT_EQ(parse("  errors < 1%\t").text, "errors < 1%"); }

TEST(ThresholdGrammar, WhatIsWrongIsQuotedAndWhatWasMeantIsSuggested) {
  const std::pair<const char*, const char*> table[] = {
      {"erors<1%", "there is no metric \"erors\". Did you mean errors?"},
      {"avg<100ms", "Did you mean mean?"},
      {"median<100ms", "Did you mean p50?"},
      {"p95 500ms", "a comparison is expected before \"500ms\""},
      {"p95", "it lacks a comparison and a value"},
      {"p95<", "it lacks a value behind <"},
      {"p95==500ms", "\"==\" is no comparison here"},
      {"p95<500", "\"500\" lacks its unit: 500ms or 500s"},
      {"p95<fast", "\"fast\" is no time"},
      {"p95<5%", "\"5%\" is no time"},
      {"errors<one%", "\"one%\" is no number"},
      {"rps>=10%", "this is no share. Leave the % out"},
      {"check{a}>99", "this is a share. Write 99%"},
      {"errors{GET /}<1%", "errors counts test runs, which have no name"},
      {"counter>=10", "counter needs a name: counter{NAME}"},
      {"trend{a}<10", "which figure of the trend?"},
      {"trend{a}.p101<10", "a trend has no \"p101\""},
      {"p95{GET /<500ms", "has no end"},
      {"p95{}<500ms", "is empty"},
      {"p95<500ms or so", "there is \"or so\""},
      {"p100<1s", "Did you mean max?"},
      {"status_50<1", "there is no metric \"status_50\". Did you mean status_503?"},
      {"", "it begins with no metric"},
      {"errors<nan", "\"nan\" is no number"},
      {"errors<1e3", "\"1e3\" is no number"},
      {"p95<500ms for 10s", "\"for\" goes with --abort-threshold"},
  };
  for (const auto& [text, complaint] : table) EXPECT_THAT(trouble_of(text), HasSubstr(complaint)) << text;
  EXPECT_THAT(trouble_of("erors<1%"), testing::StartsWith("\"erors<1%\": "));
}

TEST(ThresholdGrammar, AnAbortThresholdSaysForHowLong) {
  EXPECT_EQ(parse_abort("errors>50% for 10s").window, 10s);
  EXPECT_EQ(parse_abort("p95{GET /}>2s  for  1m30s").window, 90s);
  EXPECT_THAT(trouble_of("errors>50%", parse_abort), HasSubstr("Write errors>50% for 10s"));
  EXPECT_THAT(trouble_of("errors>50% for 10", parse_abort), HasSubstr("\"10\" is no time"));
  EXPECT_THAT(trouble_of("errors>50% for", parse_abort), HasSubstr("is no time"));
  EXPECT_THAT(trouble_of("errors>50% for 2h", parse_abort), HasSubstr("an hour is the most"));
  EXPECT_THAT(trouble_of("errors>50% for 0s", parse_abort), HasSubstr("no time at all"));
}

TEST(ThresholdGrammar, ControlCharactersAndLongExpressionsAreRefused) {
  EXPECT_EQ(trouble_of("p95{\n}<1s"), "\"p95{\\x0a}<1s\": it has a control character");
  EXPECT_THAT(trouble_of("p95\x1b<1s"), HasSubstr("\"p95\\x1b<1s\""));
  EXPECT_THAT(trouble_of(std::string(kLongest + 1, 'p')), HasSubstr("more than 500 characters"));
}

}  // namespace
}  // namespace loads::thresholds
