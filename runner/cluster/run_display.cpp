#include "runner/cluster/run_display.h"

#include <unistd.h>

#include <iostream>
#include <utility>

#include "runner/cluster/agent_news.h"
#include "runner/cluster/cluster_report.h"
#include "runner/console/colour.h"
#include "runner/outputs.h"
#include "runner/report/summary.h"

namespace loads::runner {

// Not before the plan is known, which an attached console is told with the first state of the run.
Progress& RunDisplay::progress() {
  if (!progress_) progress_.emplace(std::cerr, progress_settings(options_, status_.plan));
  return *progress_;
}

void RunDisplay::show(const proto::Snapshot& snapshot) {
  const std::vector<std::string> news = agent_news(status_, snapshot.status);
  status_ = snapshot.status;
  for (const std::string& line : news) progress().note(line);
  if (status_.state < proto::RunState::running) return;
  if (!std::exchange(running_, true)) join(snapshot);
  const LiveState live{.users = status_.users(), .fraction = status_.fraction(), .agents = agent_count(status_)};
  progress().update(live, snapshot.totals, status_.duration);
}

// Who attaches sees at once how it goes, and not only what comes from now on. The last second may not be whole yet.
void RunDisplay::join(const proto::Snapshot& snapshot) {
  const auto& windows = snapshot.history.windows();
  if (windows.size() < 2) return;
  const double rate = static_cast<double>(windows[windows.size() - 2].answered) / static_cast<double>(snapshot.history.width().count());
  progress().resume(snapshot.totals.all().hits(), status_.duration, rate);
}

void RunDisplay::note(const std::string& line) {
  if (progress_) return progress_->note(line);
  if (!options_.quiet) std::cerr << line << std::endl;
}

void RunDisplay::ask(const proto::Snapshot* so_far) {
  if (progress_) progress_->finish();
  if (so_far != nullptr) {
    std::cerr << '\n';
    write_summary(std::cerr, cluster_report(*so_far, {}), SummaryStyle::seed, paint_for(options_.color, STDERR_FILENO));
    std::cerr << '\n';
  }
  std::cerr << "Do you want to (s)top the test or (d)etach ? " << std::flush;
}

void RunDisplay::end_question() { std::cerr << std::endl; }

void RunDisplay::finish() {
  if (progress_) progress_->finish();
}

}  // namespace loads::runner
