#include "runner/report/csv.h"

#include <optional>
#include <string_view>

#include "runner/report/figures.h"
#include "runner/report/percentiles.h"

namespace loads::runner {
namespace {

constexpr int kTimeDigits = 6;  // of seconds: response times are kept in microseconds
constexpr int kRateDigits = 3;
constexpr double kMicroseconds = 1e6;
constexpr double kMilliseconds = 1e3;

// A row in the making.
class Row {
 public:
  Row& text(std::string_view field) {
    if (!line_.empty()) line_ += ',';
    const bool quoted = field.empty() || field.find_first_of(",\"\r\n") != std::string_view::npos;
    if (!quoted) {
      line_ += field;
      return *this;
    }
    line_ += '"';
    for (const char c : field) line_ += c == '"' ? std::string("\"\"") : std::string(1, c);
    line_ += '"';
    return *this;
  }
  Row& count(std::uint64_t value) { return plain(std::to_string(value)); }
  Row& number(double value, int digits) { return plain(decimal_trimmed(value, digits)); }
  Row& number_or_empty(std::optional<double> value, int digits) { return value ? number(*value, digits) : plain(""); }
  Row& seconds_or_empty(std::optional<std::uint64_t> microseconds) {
    return microseconds ? number(static_cast<double>(*microseconds) / kMicroseconds, kTimeDigits) : plain("");
  }
  template <typename Times>
  Row& percentiles(const Times& times) {
    for (const auto& [name, quantile] : kPercentiles) seconds_or_empty(times.percentile(quantile));
    return seconds_or_empty(times.count() == 0 ? std::nullopt : std::optional(times.max()));
  }
  std::string line() const { return line_ + "\n"; }

 private:
  Row& plain(const std::string& field) {
    line_ += "," + field;  // no row begins with a figure that may be missing
    return *this;
  }

  std::string line_;
};

std::string percentile_names() {
  std::string names;
  for (const auto& [name, quantile] : kPercentiles) names += std::string(name) + ",";
  return names + "max";
}

std::optional<double> rate(std::uint64_t count, double seconds) {
  return seconds > 0 ? std::optional(static_cast<double>(count) / seconds) : std::nullopt;
}

std::string row_of(std::string_view name, const metrics::RequestStats& stats, double seconds, std::string_view validity) {
  const metrics::Histogram& times = stats.response_times;
  const bool empty = times.count() == 0;
  Row row;
  row.text(name).count(stats.answered).count(times.count()).count(stats.unanswered());
  row.number_or_empty(rate(stats.answered, seconds), kRateDigits);
  row.number_or_empty(empty ? std::nullopt : std::optional(times.mean() / kMicroseconds), kTimeDigits);
  row.seconds_or_empty(empty ? std::nullopt : std::optional(times.min()));
  row.percentiles(times).count(stats.connections).count(stats.bytes_sent).count(stats.bytes_received).text(validity);
  return row.line();
}

// In seconds: the last window ends with the run.
double length_of(std::size_t index, const Report& report) {
  const auto width = static_cast<double>(report.history.width().count());
  const double left = report.duration.count() - static_cast<double>(index) * width;
  return left > 0 && left < width ? left : width;
}

std::string row_of(std::size_t index, const Report& report, std::string_view validity) {
  const metrics::History::Window& window = report.history.windows()[index];
  const double length = length_of(index, report);
  const double users = static_cast<double>(window.user_milliseconds) / kMilliseconds / length;
  Row row;
  row.text(decimal_trimmed(static_cast<double>(index * static_cast<std::size_t>(report.history.width().count())), 0));
  row.text(decimal_trimmed(length, kTimeDigits)).number(users, kRateDigits);
  row.count(window.answered).count(window.unanswered).count(window.errors).count(window.failures);
  row.number_or_empty(rate(window.answered, length), kRateDigits).percentiles(window.response_times).text(validity);
  return row.line();
}

}  // namespace

std::string requests_csv(const Report& report) {
  const metrics::Slice& all = report.totals.all();
  const double seconds = report.plan.measured(report.duration).count();
  const std::string_view validity = to_string(validity_of(report));  // of the run: a row that is looked at alone has it, too
  std::string csv =
      "name,hits,successful,no_answer,rps,mean,min," + percentile_names() + ",connections,bytes_sent,bytes_received,validity\n";
  csv += row_of("all", all.all_requests(), seconds, validity);
  for (const auto& [name, stats] : all.requests) csv += row_of(name, stats, seconds, validity);
  return csv;
}

std::string seconds_csv(const Report& report) {
  std::string csv = "time,duration,users,hits,no_answer,errors,failures,rps," + percentile_names() + ",validity\n";
  const std::string_view validity = to_string(validity_of(report));
  for (std::size_t i = 0; i < report.history.windows().size(); ++i) csv += row_of(i, report, validity);
  return csv;
}

}  // namespace loads::runner
