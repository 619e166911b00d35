// What is to be sent, and when: metrics_values.h.

#include <optional>
#include <stdexcept>
#include <utility>
#include <vector>

#include "proto/elements.h"
#include "proto/metrics_values.h"
#include "proto/values.h"

namespace loads::proto {
namespace {

void write(Writer& writer, const plan::Profile& profile) {
  writer.array(2 * profile.points().size());
  for (const plan::Profile::Point& point : profile.points()) {
    writer.real(point.at.count());
    writer.real(point.value);
  }
}

void read(Reader& reader, std::optional<plan::Profile>& profile) {
  profile.reset();
  if (reader.nil()) return;
  const std::size_t numbers = reader.array();
  if (numbers % 2 != 0 || numbers > 2 * plan::kMostPoints) return reader.fail("a profile has too many points, or half a one");
  reader.charge(numbers / 2, sizeof(plan::Profile::Point) + sizeof(double));
  std::vector<plan::Profile::Point> points;
  for (std::size_t i = 0; i < numbers && reader.ok(); i += 2) {
    const plan::Seconds at(reader.real());
    points.push_back({at, reader.real()});
  }
  if (!reader.ok()) return;
  try {
    profile.emplace(std::move(points));
  } catch (const std::invalid_argument&) {
    reader.fail("a profile makes no sense");
  }
}

void write_step(Writer& writer, const plan::Step& step) {
  const bool has_profile = step.shape || step.rate;
  writer.array(has_profile ? 5 : 3);
  writer.unsigned_integer(step.users);
  write(writer, step.hits);
  write(writer, step.duration);
  if (!has_profile) return;
  step.shape ? write(writer, *step.shape) : writer.nil();
  step.rate ? write(writer, *step.rate) : writer.nil();
}

bool makes_sense(const plan::Step& step) {
  if (step.hits.has_value() == step.duration.has_value() || step.users == 0 || step.hits == 0) return false;
  if (step.duration && *step.duration <= plan::Seconds(0)) return false;
  const auto& profile = step.shape ? step.shape : step.rate;
  if (!profile) return true;
  return !(step.shape && step.rate) && step.duration && profile->highest() <= plan::kHighest && profile->duration() <= plan::kLongest;
}

void read_step(Reader& reader, plan::Step& step) {
  Elements elements(reader, 3);
  read(reader, step.users);
  read(reader, step.hits);
  read(reader, step.duration);
  if (elements.more()) read(reader, step.shape);
  if (elements.more()) read(reader, step.rate);
  elements.finish();
  if (reader.ok() && !makes_sense(step)) reader.fail("a step makes no sense");
  // The same to the last digit.
  if (step.shape) step.duration = step.shape->duration();
  if (step.rate) step.duration = step.rate->duration();
}

// When runs begin, beside what the steps say.
void write_times(Writer& writer, const plan::Plan& plan) {
  writer.array(5);
  writer.unsigned_integer(static_cast<std::uint64_t>(plan.spacing));
  for (const plan::Seconds time : {plan.pacing, plan.think_least, plan.think_most, plan.warm_up}) write(writer, time);
}

void read_times(Reader& reader, plan::Plan& plan) {
  Elements elements(reader, 5);
  read(reader, plan.spacing);
  for (plan::Seconds* const time : {&plan.pacing, &plan.think_least, &plan.think_most, &plan.warm_up}) {
    read(reader, *time);
    if (*time < plan::Seconds(0)) reader.fail("a time is negative");
  }
  elements.finish();
  if (plan.think_least > plan.think_most) reader.fail("a think time makes no sense");
}

// Since the start of a run: none before it, and none beyond all clocks.
bool makes_sense(plan::Seconds at) {
  constexpr plan::Seconds kLast = std::chrono::nanoseconds(kLongestTime);
  return at >= plan::Seconds(0) && at <= kLast;
}

void write_part(Writer& writer, const plan::Steering::Part& part) {
  writer.array(3);
  writer.real(part.at.count());
  writer.unsigned_integer(part.turn.index);
  writer.unsigned_integer(part.turn.count);
}

void read_part(Reader& reader, plan::Steering::Part& part) {
  Elements elements(reader, 3);
  part.at = plan::Seconds(reader.real());
  part.turn.index = reader.unsigned_integer();
  part.turn.count = reader.unsigned_integer();
  elements.finish();
  const bool is_turn = part.turn.index < part.turn.count && part.turn.count <= plan::kMostTurns;
  if (reader.ok() && !(is_turn && makes_sense(part.at))) reader.fail("a part of a rate makes no sense");
}

void read_changes(Reader& reader, std::vector<plan::Steering::Change>& changes) {
  const std::size_t count = reader.array();
  if (count > plan::kMostChanges) return reader.fail("a load was changed too often");
  reader.charge(count, sizeof(plan::Steering::Change));
  plan::Seconds last{0};
  for (std::size_t i = 0; i < count && reader.ok(); ++i) {
    Elements elements(reader, 2);
    const plan::Seconds at(reader.real());
    const double factor = reader.real();
    elements.finish();
    if (at < last || !makes_sense(at) || factor < 0 || factor > plan::kMostScale) reader.fail("a change of a load makes no sense");
    changes.push_back({last = at, factor});
  }
}

}  // namespace

void write(Writer& writer, const plan::Steering& steering) {
  writer.array(2);
  writer.array(steering.changes.size());
  for (const plan::Steering::Change& change : steering.changes) {
    writer.array(2);
    writer.real(change.at.count());
    writer.real(change.factor);
  }
  writer.array(steering.parts.size());
  for (const plan::Steering::Part& part : steering.parts) write_part(writer, part);
}

void read(Reader& reader, plan::Steering& steering) {
  steering = {};
  Elements elements(reader, 2);
  read_changes(reader, steering.changes);
  const std::size_t parts = reader.array();
  if (parts > plan::kMostParts) return reader.fail("a rate was dealt too often");
  reader.charge(parts, sizeof(plan::Steering::Part));
  for (std::size_t i = 0; i < parts && reader.ok(); ++i) read_part(reader, steering.parts.emplace_back());
  elements.finish();
}

void write(Writer& writer, const plan::Plan& plan) {
  writer.array(plan.has_times() ? 5 : 4);
  writer.text(plan.test);
  writer.array(plan.steps.size());
  for (const plan::Step& step : plan.steps) write_step(writer, step);
  write(writer, plan.ramp_up);
  writer.unsigned_integer(plan.agents);
  if (plan.has_times()) write_times(writer, plan);
}

void read(Reader& reader, plan::Plan& plan) {
  plan = {};
  Elements elements(reader, 4);
  plan.test = reader.text();
  const std::size_t steps = reader.array();
  if (steps == 0 || steps > plan::kMaxSteps) return reader.fail("a plan has no steps, or too many");
  for (std::size_t i = 0; i < steps && reader.ok(); ++i) {
    read_step(reader, plan.steps.emplace_back());
  }
  read(reader, plan.ramp_up);
  if (plan.ramp_up < plan::Seconds(0)) reader.fail("a time is negative");
  read(reader, plan.agents);
  if (plan.agents == 0) reader.fail("a plan without agents");
  if (elements.more()) read_times(reader, plan);
  elements.finish();
}

}  // namespace loads::proto
