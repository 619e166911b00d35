#include "runner/console/progress.h"

#include <algorithm>
#include <string>
#include <vector>

#include "runner/report/bar.h"
#include "runner/report/text.h"

namespace loads::runner {
namespace {

constexpr std::chrono::duration<double> kRedraw{0.25};
constexpr std::chrono::duration<double> kPlainLine{10};
constexpr std::chrono::duration<double> kRateWindow{1};
constexpr std::size_t kMaxAnnouncements = 10;
constexpr int kMinColumns = 20;
constexpr std::size_t kBarFrame = 9;             // "[", "]  100%" and a column that stays free, so that no terminal wraps
constexpr std::size_t kMaxProblemColumns = 200;  // a live line may wrap, but not flood
constexpr const char* kEraseLine = "\r\x1b[K";
constexpr const char* kUp = "\x1b[1A";

std::string described(const metrics::Problem& problem) {
  std::string text = printable(problem.message);
  if (!problem.location.empty()) text += "   " + printable(problem.location);
  if (!problem.request.empty()) text += "   " + printable(problem.request);
  return text;
}

}  // namespace

Progress::Progress(std::ostream& out, ProgressSettings settings) : out_(out), settings_(std::move(settings)) {}

Progress::~Progress() { finish(); }

void Progress::update(const LiveState& state, const metrics::Totals& totals, Time elapsed) {
  if (settings_.style == ProgressStyle::quiet) return;
  announce(totals.all().problems);
  const bool live = settings_.style == ProgressStyle::live;
  const Time interval = live ? kRedraw : kPlainLine;
  const Time since = drawn_at_.value_or(Time{0});
  if ((drawn_at_ || !live) && elapsed - since < interval) return;
  drawn_at_ = elapsed;
  draw(state, totals, elapsed);
}

void Progress::draw(const LiveState& state, const metrics::Totals& totals, Time elapsed) {
  measure(totals.all().hits(), elapsed);
  const Moment moment{
      .users = state.users, .elapsed = elapsed, .planned = settings_.planned, .hits_per_second = rate_.per_second, .agents = state.agents};
  const std::string status = status_line(moment, totals.all());
  if (settings_.style == ProgressStyle::lines) {
    out_ << status << '\n' << std::flush;
    return;
  }
  erase();
  const std::size_t width = columns();
  out_ << bar(state.fraction, std::min(kBarColumns, width - kBarFrame)) << '\n' << fitted(status, width - 1) << std::flush;
  drawn_ = true;
}

void Progress::measure(std::uint64_t hits, Time elapsed) {
  const Time past = elapsed - rate_.at;
  if (past < kRateWindow) return;
  rate_ = {hits, elapsed, hits > rate_.hits ? static_cast<double>(hits - rate_.hits) / past.count() : 0.0};
}

void Progress::announce(const metrics::ProblemTable& problems) {
  if (problems.kinds() == kinds_seen_) return;
  kinds_seen_ = problems.kinds();
  for (const metrics::Problem& each : problems.worst_first()) problem(each);
}

void Progress::problem(const metrics::Problem& problem) {
  if (settings_.style == ProgressStyle::quiet || announced_.contains_kind_of(problem)) return;
  announced_.add(problem);
  if (announced_.kinds() > kMaxAnnouncements + 1) return;
  if (announced_.kinds() > kMaxAnnouncements) return note("More kinds of problems came: the summary counts them.");
  const std::string kind(metrics::to_string(problem.kind));
  print_above(settings_.paint.bad(kind) + ": " + shortened(described(problem), kMaxProblemColumns - kind.size() - 2));
}

void Progress::note(std::string_view line) {
  if (settings_.style != ProgressStyle::quiet) print_above(printable(line));
}

void Progress::print_above(const std::string& line) {
  erase();
  out_ << line << '\n' << std::flush;
  if (settings_.style == ProgressStyle::live) drawn_at_.reset();
}

void Progress::erase() {
  if (!drawn_) return;
  out_ << kEraseLine << kUp << kEraseLine;
  drawn_ = false;
}

void Progress::finish() {
  erase();
  out_.flush();
}

std::size_t Progress::columns() const {
  const int columns = settings_.columns ? settings_.columns() : static_cast<int>(kLineWidth);
  return static_cast<std::size_t>(std::max(columns, kMinColumns));
}

}  // namespace loads::runner
