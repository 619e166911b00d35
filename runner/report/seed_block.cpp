#include <string>

#include "common/wall_time.h"
#include "runner/report/bar.h"
#include "runner/report/blocks.h"
#include "runner/report/figures.h"
#include "runner/report/text.h"

namespace loads::runner {
namespace {

using RunOutcome = metrics::Outcome;

std::string line(const char* name, const std::string& value) { return std::string(name) + " " + value + "\n"; }

std::string count_line(const char* name, std::uint64_t count, const std::string& painted) {
  return line(name, count == 0 ? std::to_string(count) : painted);
}

}  // namespace

std::string seed_block(const Report& report, const Paint& paint) {
  const metrics::Slice& all = report.totals.all();
  const auto runs = [&](RunOutcome outcome) { return all.runs(outcome); };
  const auto text = [&](RunOutcome outcome) { return std::to_string(runs(outcome)); };

  std::string block = bar(report.fraction) + "\n\n";
  block += line("Hits:", std::to_string(all.hits()));
  block += line("Started:", format_local(report.started));
  block += line("Duration:", decimal(report.duration.count(), 2) + " seconds");
  block += line("Approximate Average RPS:", per_second(requests_per_second(report)));
  block += line("Average request time:", decimal(average_request_seconds(report), 4) + "s");
  block += line("Opened web sockets:", std::to_string(all.sockets.opened));
  block += line("Bytes received via web sockets :", std::to_string(all.sockets.bytes_received));
  block += "\n";
  block += count_line("Success:", runs(RunOutcome::success), paint.good(text(RunOutcome::success)));
  block += count_line("Errors:", runs(RunOutcome::error), paint.bad(text(RunOutcome::error)));
  block += count_line("Failures:", runs(RunOutcome::failure), paint.bad(text(RunOutcome::failure)));
  if (runs(RunOutcome::skipped) > 0) block += line("Skipped:", paint.doubtful(text(RunOutcome::skipped)));
  if (const metrics::Slice& warm_up = report.totals.warm_up(); !warm_up.empty())
    block += line("Warm-up:", counted(warm_up.hits(), "hit", "hits") + " in " + decimal(report.plan.warm_up.count(), 2) +
                                  " seconds, not counted above");
  if (!report.tag.empty()) block += line("Tag:", printable(report.tag));
  if (runs(RunOutcome::cut) > 0) block += line("Cut off:", paint.doubtful(text(RunOutcome::cut)));
  return block;
}

}  // namespace loads::runner
