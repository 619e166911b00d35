#include "runner/report/junit.h"

#include <algorithm>
#include <sstream>
#include <utility>
#include <vector>

#include "common/failure.h"
#include "common/metrics/verdict.h"
#include "common/wall_time.h"
#include "runner/report/blocks.h"
#include "runner/report/figures.h"
#include "runner/report/summary.h"
#include "runner/report/text.h"

namespace loads::runner {
namespace {

constexpr std::size_t kMostKinds = 50;  // of problems, in the text of a failure

using Attributes = std::vector<std::pair<const char*, std::string>>;

std::string tag(const char* name, const Attributes& attributes, const char* end = ">") {
  std::string text = std::string("<") + name;
  for (const auto& [key, value] : attributes) text += std::string(" ") + key + "=\"" + xml_escaped(value) + "\"";
  return text + end;
}

// A case of the suite. A failure says that the target or the test is not as it should be, an error that the run did not come to its end.
struct Case {
  std::string classname;
  std::string name;
  std::string trouble;  // "failure", "error" or "skipped"; empty: passed
  std::string message;
  std::string details;
  std::string output;
};

std::string text_of(const Case& one, const std::string& seconds) {
  std::string text = "    " + tag("testcase", {{"classname", one.classname}, {"name", one.name}, {"time", seconds}}) + "\n";
  if (!one.trouble.empty()) {
    text += "      " + tag(one.trouble.c_str(), {{"message", one.message}, {"type", one.trouble}}) + xml_escaped(one.details) + "</" +
            one.trouble + ">\n";
  }
  if (!one.output.empty()) text += "      <system-out>" + xml_escaped(one.output) + "</system-out>\n";
  return text + "    </testcase>\n";
}

// "example.TestWebSite" and "test_es"; a URL is a name of its own.
std::pair<std::string, std::string> split_name(const std::string& test) {
  const auto dot = test.rfind('.');
  if (test.find("://") != std::string::npos || dot == std::string::npos || dot + 1 == test.size()) return {"loads", test};
  return {test.substr(0, dot), test.substr(dot + 1)};
}

std::string described(const metrics::Problem& problem) {
  std::string text = std::to_string(problem.count) + "x " + std::string(to_string(problem.kind)) + ": " + printable(problem.message);
  if (!problem.location.empty()) text += " (" + printable(problem.location) + ")";
  if (!problem.request.empty()) text += " [" + printable(problem.request) + "]";
  return text + "\n";
}

std::string details(const metrics::ProblemTable& problems) {
  const std::vector<metrics::Problem> all = problems.worst_first();
  std::string text;
  for (std::size_t i = 0; i < std::min(all.size(), kMostKinds); ++i) text += described(all[i]);
  return text;
}

// What is wrong is not, or not only, that thresholds were crossed, which are cases of their own.
bool is_test_at_fault(const Report& report) { return report.ending == Ending::aborted || metrics::failed(report.totals.all()); }

std::string message_of(const Report& report) {
  const bool says_thresholds =
      report.ending == Ending::completed && metrics::failed(report.totals.all()) && thresholds::count_crossed(report.thresholds) > 0;
  return says_thresholds ? "FAILED: " + failure_reasons(report.totals.all()) : printable(last_line(report, Paint(false)));
}

const char* trouble_of(const Report& report) {
  if (report.exit_code == exit_code::passed) return "";
  if (report.unjudged) return "error";
  switch (result_of(report)) {
    case Result::passed: return "";
    case Result::failed: return is_test_at_fault(report) ? "failure" : "";
    case Result::stopped:
    case Result::crashed:
    case Result::incomplete: break;
  }
  return "error";
}

Case case_of_test(const Report& report) {
  const auto [classname, name] = split_name(printable(report.plan.test));
  std::ostringstream summary;
  write_summary(summary, report, SummaryStyle::full, Paint(false));
  return {classname, name, trouble_of(report), message_of(report), details(report.totals.all().problems), summary.str()};
}

Case case_of(const thresholds::Result& result, const std::string& classname, bool unjudged) {
  const std::string expression = printable(result.threshold.text);
  const std::string message = expression + ": " + value_text(result);
  if (unjudged) return {classname, "threshold " + expression, "skipped", "not judged: the figures are invalid, " + message, "", ""};
  return {classname, "threshold " + expression, result.passed ? "" : "failure", message, printable(result.why), ""};
}

std::string properties(const Report& report) {
  const Attributes all{{"run", report.run_id},
                       {"loads_version", report.version},
                       {"verdict", std::string(to_string(result_of(report)))},
                       {"validity", std::string(to_string(validity_of(report)))},
                       {"exit_code", std::to_string(report.exit_code)}};
  std::string text = "    <properties>\n";
  for (const auto& [name, value] : all) text += "      " + tag("property", {{"name", name}, {"value", value}}, "/>") + "\n";
  return text + "    </properties>\n";
}

std::string count_of(const std::vector<Case>& cases, const std::string& trouble) {
  return std::to_string(std::ranges::count(cases, trouble, &Case::trouble));
}

}  // namespace

std::string xml_escaped(const std::string& text) {
  std::string result;
  for (const char c : text) {
    switch (c) {
      case '&': result += "&amp;"; break;
      case '<': result += "&lt;"; break;
      case '>': result += "&gt;"; break;
      case '"': result += "&quot;"; break;
      default: result += c;
    }
  }
  return result;
}

std::string to_junit(const Report& report) {
  std::vector<Case> cases{case_of_test(report)};
  for (const thresholds::Result& result : report.thresholds) cases.push_back(case_of(result, cases.front().classname, report.unjudged));
  const std::string seconds = decimal(report.duration.count(), 3);
  const Attributes counts{{"tests", std::to_string(cases.size())},
                          {"failures", count_of(cases, "failure")},
                          {"errors", count_of(cases, "error")},
                          {"skipped", count_of(cases, "skipped")},
                          {"time", seconds}};
  Attributes suite{{"name", printable(report.plan.test)}, {"timestamp", format_iso_utc(report.started).substr(0, 19)}};
  suite.insert(suite.end(), counts.begin(), counts.end());
  std::string xml = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n" + tag("testsuites", counts) + "\n  " + tag("testsuite", suite) + "\n";
  xml += properties(report);
  for (const Case& one : cases) xml += text_of(one, seconds);
  return xml + "  </testsuite>\n</testsuites>\n";
}

}  // namespace loads::runner
