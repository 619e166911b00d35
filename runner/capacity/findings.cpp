#include "runner/capacity/findings.h"

#include <algorithm>

#include "common/duration.h"
#include "common/failure.h"
#include "runner/report/figures.h"
#include "runner/report/text.h"

namespace loads::runner {
namespace {

using End = Search::End;
using metrics::Validity;

// Whether the search took this level to hold; nothing: it is neither side of the bracket.
std::optional<bool> side_of(const Findings& findings, double rate) {
  if (rate == findings.floor) return true;
  if (rate == findings.ceiling) return false;
  return std::nullopt;
}

const LevelRun* run_at(const Findings& findings, std::optional<double> rate) {
  for (const Level& level : levels_of(findings)) {
    if (level.rate == rate) return level.shown;
  }
  return nullptr;
}

std::string figures_of(const LevelRun& run) {
  std::string text;
  for (const thresholds::Result& one : run.conditions)
    text += (text.empty() ? "" : ", ") + subject_of(one.threshold) + " " + value_text(one);
  return text;
}

std::string reason_of(const LevelRun& run) { return run.reasons.empty() ? "it held at other times" : run.reasons.front().sentence; }

std::string held_text(const Findings& findings) {
  const LevelRun* run = run_at(findings, findings.floor);
  return run == nullptr ? std::string() : rate_text(run->rate) + " (" + figures_of(*run) + ")";
}

// ": cpu-contention, late-loop"; the result has them in words, each as often as there are threads that say so.
std::string ids_of(const std::vector<Doubt>& doubts) {
  std::string text;
  for (auto one = doubts.begin(); one != doubts.end(); ++one) {
    const bool known = std::any_of(doubts.begin(), one, [&](const Doubt& before) { return before.id == one->id; });
    if (!known) text += (text.empty() ? ": " : ", ") + one->id;
  }
  return text;
}

std::string first_doubt(const LevelRun& run) { return run.doubts.empty() ? "" : ": " + run.doubts.front().message; }

std::string found_text(const Findings& findings) {
  const LevelRun* upper = run_at(findings, findings.ceiling);
  std::string text = "It holds " + held_text(findings) + "; at " + rate_text(upper->rate) + " " + reason_of(*upper) + ".";
  if (findings.ceiling_is_suspect)
    text += " It may hold more: that run was SUSPECT, so that the generator may have been slow, and not the target" + first_doubt(*upper);
  if (findings.floor_is_suspect) text += " What holds is SUSPECT" + first_doubt(*run_at(findings, findings.floor));
  return text;
}

std::string generator_text(const Findings& findings) {
  const LevelRun* run = run_at(findings, findings.ceiling);
  std::string text =
      "The generator, not the target, gave out at " + rate_text(run->rate) + "; use more agents (--agents)" + first_doubt(*run);
  if (findings.floor) text += " What the target can bear is not known: at least " + held_text(findings) + ".";
  return text;
}

std::string bracket_text(const Findings& findings) {
  if (findings.floor) return " It held " + held_text(findings) + ".";
  return " It is not known to hold any rate.";
}

std::string ended_by(const Findings& findings) {
  switch (findings.ending) {
    case Ending::interrupted: return "STOPPED by Ctrl-C.";
    case Ending::terminated: return "STOPPED by SIGTERM.";
    case Ending::stopped: return "STOPPED from another console.";
    case Ending::crashed: return "The test CRASHED" + (findings.trouble.empty() ? "." : ": " + findings.trouble);
    case Ending::incomplete: return "INCOMPLETE: " + findings.trouble;
    case Ending::completed:
    case Ending::aborted: break;
  }
  return "The search came to no end.";
}

}  // namespace

std::string rate_text(double rate) { return three_digits(rate) + "/s"; }

std::vector<Level> levels_of(const Findings& findings) {
  std::vector<Level> levels;
  for (const LevelRun& run : findings.runs) {
    auto level = std::find_if(levels.begin(), levels.end(), [&](const Level& one) { return one.rate == run.rate; });
    if (level == levels.end()) level = levels.insert(levels.end(), Level{run.rate});
    ++level->tried;
    const bool held = run.held() && run.validity != Validity::invalid;
    if (held) ++level->held;
    const auto side = side_of(findings, run.rate);
    if (!side || *side == held || level->shown == nullptr) level->shown = &run;
  }
  std::sort(levels.begin(), levels.end(), [](const Level& a, const Level& b) { return a.rate < b.rate; });
  return levels;
}

std::string conclusion(const Findings& findings) {
  switch (findings.end) {
    case End::found: return found_text(findings);
    case End::generator: return generator_text(findings);
    case End::nothing_holds:
      return "It does not hold even " + rate_text(*findings.ceiling) + ": " + reason_of(*run_at(findings, findings.ceiling)) +
             ". Begin lower (--rate), or look at the target.";
    case End::undecided:
      return "It is not known what it holds: levels contradict each other, again and again. Longer ones (-d) tell more." +
             bracket_text(findings);
    case End::none: break;
  }
  return ended_by(findings) + bracket_text(findings);
}

std::string announcement(const SearchPlan& plan) {
  std::string conditions;
  for (const std::string& one : plan.conditions) conditions += (conditions.empty() ? "" : " && ") + one;
  return "Searching for the highest rate of " + plan.test + " at which " + conditions + ": from " + rate_text(plan.start) + ", " +
         format_duration(plan.duration) + " each after " + format_duration(plan.warm_up) + " of warm-up" +
         (plan.agents > 0 ? ", on " + counted(plan.agents, "agent", "agents") : "") + ".";
}

std::string progress_line(const LevelRun& run) {
  std::string text = rate_text(run.rate) + (run.held() ? " held: " + figures_of(run) : " FAILED: " + reason_of(run));
  if (run.validity != Validity::valid)
    text += std::string(run.validity == Validity::invalid ? " (INVALID" : " (SUSPECT") + ids_of(run.doubts) + ")";
  return text;
}

}  // namespace loads::runner
