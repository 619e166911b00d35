#include "proto/metrics_values.h"

#include <limits>
#include <optional>
#include <string>
#include <utility>

#include "proto/elements.h"
#include "proto/values.h"

namespace loads::proto {
namespace {

// What an entry of a map takes beside its value: links, a name, and what the allocator adds.
constexpr std::size_t kEntryOverhead = 96;

// A sum of times, which stays at the end of the range: many users who wait all day come near it.
void write_sum(Writer& writer, metrics::Nanoseconds sum) { writer.signed_integer(sum.count()); }

metrics::Nanoseconds sum_of_times(Reader& reader) {
  const std::int64_t count = reader.signed_integer();
  if (count < 0) reader.fail("a time is negative");
  return metrics::Nanoseconds(count);
}

template <std::size_t size>
void write_counts(Writer& writer, const std::array<std::uint64_t, size>& counts) {
  writer.array(size);
  for (const std::uint64_t count : counts) writer.unsigned_integer(count);
}

// A newer peer may know more kinds; what cannot be told apart here would be lost, so that is refused.
template <std::size_t size>
void read_counts(Reader& reader, std::array<std::uint64_t, size>& counts) {
  if (reader.array() != size) return reader.fail("an array has the wrong length");
  for (std::uint64_t& count : counts) count = events(reader);
}

void write_statuses(Writer& writer, const std::map<int, std::uint64_t>& statuses) {
  writer.map(statuses.size());
  for (const auto& [status, count] : statuses) {
    writer.unsigned_integer(static_cast<std::uint64_t>(status));
    writer.unsigned_integer(count);
  }
}

void read_statuses(Reader& reader, std::map<int, std::uint64_t>& statuses) {
  statuses.clear();
  const std::size_t count = reader.map();
  reader.charge(count, kEntryOverhead);
  for (std::size_t i = 0; i < count && reader.ok(); ++i) {
    const std::uint64_t status = reader.unsigned_integer();
    if (status > 999) return reader.fail("a status is none of HTTP");  // three digits: targets send 003, too
    if (!statuses.try_emplace(static_cast<int>(status), events(reader)).second) return reader.fail("a status comes twice");
  }
}

template <typename T, typename WriteOne>
void write_table(Writer& writer, const metrics::Slice::ByName<T>& table, WriteOne&& write_one) {
  writer.map(table.size());
  for (const auto& [name, value] : table) {
    writer.text(name);
    write_one(value);
  }
}

template <typename T, typename ReadOne>
void read_table(Reader& reader, metrics::Slice::ByName<T>& table, ReadOne&& read_one) {
  table.clear();
  const std::size_t count = reader.map();
  if (count > metrics::kMaxNames + 1) return reader.fail("a table has too many names");
  reader.charge(count, sizeof(T) + kEntryOverhead);
  for (std::size_t i = 0; i < count && reader.ok(); ++i) {
    const auto [entry, added] = table.try_emplace(std::string(reader.text()));
    if (!added) return reader.fail("a name comes twice");
    read_one(entry->second);
  }
  if (table.size() > metrics::kMaxNames && !table.contains(metrics::kOtherName)) reader.fail("a table has too many names");
}

// How many causes of errors are written: the first ones always, later ones up to the last that has happened.
std::size_t written_errors(const metrics::RequestStats& stats) {
  std::size_t count = metrics::kRequestErrors;
  if (stats.service_times.count() > 0) return count;  // which stand behind them
  while (count > kFirstRequestErrors && stats.errors[count - 1] == 0) --count;
  return count;
}

// Whether the parts of `stats` can belong together.
bool is_consistent(const metrics::RequestStats& stats) {
  std::uint64_t statuses = 0;
  for (const auto& [status, count] : stats.statuses) statuses += count;
  return stats.response_times.count() <= stats.answered && stats.service_times.count() <= stats.answered && statuses <= stats.answered;
}

}  // namespace

void write(Writer& writer, const metrics::Histogram& histogram) {
  if (histogram.count() == 0) return writer.nil();
  writer.bytes(histogram.encode());
}

void read(Reader& reader, metrics::Histogram& histogram) {
  if (reader.nil()) {
    histogram = {};
    return;
  }
  auto decoded = metrics::Histogram::decode(reader.bytes());
  if (!decoded) return reader.fail("a histogram is none");
  reader.charge(1, decoded->memory());
  histogram = std::move(*decoded);
}

void write(Writer& writer, const metrics::RequestStats& stats) {
  const std::size_t errors = written_errors(stats);
  const bool has_service_times = stats.service_times.count() > 0;
  writer.array(8 + errors - kFirstRequestErrors + (has_service_times ? 1 : 0));
  write(writer, stats.response_times);
  write_statuses(writer, stats.statuses);
  writer.array(kFirstRequestErrors);
  for (std::size_t i = 0; i < kFirstRequestErrors; ++i) writer.unsigned_integer(stats.errors[i]);
  writer.unsigned_integer(stats.answered);
  write_sum(writer, stats.answered_time);
  writer.array(metrics::kPhases);
  for (const metrics::Nanoseconds phase : stats.phase_time) write_sum(writer, phase);
  writer.unsigned_integer(stats.connections);
  writer.array(2);
  writer.unsigned_integer(stats.bytes_sent);
  writer.unsigned_integer(stats.bytes_received);
  for (std::size_t i = kFirstRequestErrors; i < errors; ++i) writer.unsigned_integer(stats.errors[i]);
  if (has_service_times) write(writer, stats.service_times);
}

void read(Reader& reader, metrics::RequestStats& stats) {
  Elements elements(reader, 8);
  read(reader, stats.response_times);
  read_statuses(reader, stats.statuses);
  stats.errors = {};
  if (reader.array() != kFirstRequestErrors) reader.fail("an array has the wrong length");
  for (std::size_t i = 0; i < kFirstRequestErrors; ++i) stats.errors[i] = events(reader);
  stats.answered = events(reader);
  stats.answered_time = sum_of_times(reader);
  if (reader.array() != metrics::kPhases) reader.fail("an array has the wrong length");
  for (metrics::Nanoseconds& phase : stats.phase_time) phase = sum_of_times(reader);
  stats.connections = events(reader);
  if (reader.array() != 2) reader.fail("an array has the wrong length");
  stats.bytes_sent = reader.unsigned_integer();
  stats.bytes_received = reader.unsigned_integer();
  for (std::size_t i = kFirstRequestErrors; i < metrics::kRequestErrors && elements.more(); ++i) stats.errors[i] = events(reader);
  stats.service_times = {};
  if (elements.more()) read(reader, stats.service_times);
  elements.finish();
  if (reader.ok() && !is_consistent(stats)) reader.fail("the counts of a request do not belong together");
}

void write(Writer& writer, const metrics::Problem& problem) {
  writer.array(8);
  writer.unsigned_integer(static_cast<std::uint64_t>(problem.kind));
  writer.unsigned_integer(static_cast<std::uint64_t>(problem.blame));
  writer.text(problem.message);
  writer.text(problem.location);
  writer.text(problem.request);
  writer.unsigned_integer(problem.count);
  write(writer, problem.first);
  write(writer, problem.last);
}

void read(Reader& reader, metrics::Problem& problem) {
  Elements elements(reader, 8);
  const std::uint64_t kind = reader.unsigned_integer();
  const std::uint64_t blame = reader.unsigned_integer();
  if (kind > static_cast<std::uint64_t>(metrics::ProblemKind::failure) ||
      blame > static_cast<std::uint64_t>(metrics::ErrorClass::generator)) {
    return reader.fail("a problem is of no known kind");
  }
  problem.kind = static_cast<metrics::ProblemKind>(kind);
  problem.blame = static_cast<metrics::ErrorClass>(blame);
  problem.message = reader.text();
  problem.location = reader.text();
  problem.request = reader.text();
  problem.count = events(reader);
  read(reader, problem.first);
  read(reader, problem.last);
  elements.finish();
}

namespace {

void read_problems(Reader& reader, metrics::ProblemTable& problems) {
  const std::size_t count = reader.array();
  if (count > metrics::ProblemTable::kMaxKinds) return reader.fail("there are too many kinds of problems");
  reader.charge(count, 2 * sizeof(metrics::Problem));  // the table grows by doubling
  for (std::size_t i = 0; i < count && reader.ok(); ++i) {
    metrics::Problem problem;
    read(reader, problem);
    if (!reader.ok()) return;
    if (problem.count == 0) return reader.fail("a problem never happened");
    problems.add(std::move(problem));
    if (problems.kinds() != i + 1) return reader.fail("a kind of problem comes twice");
  }
}

// Beside the two numbers that stand in every slice.
bool has_more(const metrics::SocketStats& stats) {
  return stats.closed > 0 || stats.messages_sent > 0 || stats.messages_received > 0 || stats.bytes_sent > 0 || stats.failed() > 0 ||
         stats.round_trips.count() > 0;
}

void write_more(Writer& writer, const metrics::SocketStats& stats) {
  writer.array(6);
  writer.unsigned_integer(stats.closed);
  writer.unsigned_integer(stats.messages_sent);
  writer.unsigned_integer(stats.messages_received);
  writer.unsigned_integer(stats.bytes_sent);
  write(writer, stats.round_trips);
  write_counts(writer, stats.errors);
}

void read_more(Reader& reader, metrics::SocketStats& stats) {
  Elements elements(reader, 6);
  stats.closed = events(reader);
  stats.messages_sent = events(reader);
  stats.messages_received = events(reader);
  stats.bytes_sent = reader.unsigned_integer();
  read(reader, stats.round_trips);
  read_counts(reader, stats.errors);
  elements.finish();
}

void write(Writer& writer, const metrics::ArrivalStats& stats) {
  writer.array(3);
  write(writer, stats.late);
  write(writer, stats.waited);
  writer.unsigned_integer(stats.missed);
}

void read(Reader& reader, metrics::ArrivalStats& stats) {
  Elements elements(reader, 3);
  read(reader, stats.late);
  read(reader, stats.waited);
  stats.missed = events(reader);
  elements.finish();
}

// What not every slice has: how many elements it takes beyond the first nine. Each is written when one behind it is.
int further_elements(const metrics::Slice& slice, const metrics::ExemplarTable& exemplars) {
  if (slice.warm_up) return 4;
  if (!slice.arrivals.empty()) return 3;
  if (!exemplars.empty()) return 2;
  return has_more(slice.sockets) ? 1 : 0;
}

// With these exemplars in place of its own.
void write_slice(Writer& writer, const metrics::Slice& slice, const metrics::ExemplarTable& exemplars) {
  const int further = further_elements(slice, exemplars);
  writer.array(9 + further);
  writer.unsigned_integer(slice.step);
  write_table(writer, slice.requests, [&](const metrics::RequestStats& stats) { write(writer, stats); });
  write_table(writer, slice.counters, [&](std::int64_t count) { writer.signed_integer(count); });
  write_table(writer, slice.trends, [&](const metrics::Histogram& values) { write(writer, values); });
  write_table(writer, slice.checks, [&](const metrics::CheckStats& stats) {
    writer.array(2);
    writer.unsigned_integer(stats.passed);
    writer.unsigned_integer(stats.failed);
  });
  write_counts(writer, slice.outcomes);
  write(writer, slice.problems.worst_first());
  write_statuses(writer, slice.unread_statuses);
  writer.array(2);
  writer.unsigned_integer(slice.sockets.opened);
  writer.unsigned_integer(slice.sockets.bytes_received);
  if (further >= 1) write_more(writer, slice.sockets);
  if (further >= 2) write(writer, exemplars);
  if (further >= 3) write(writer, slice.arrivals);
  if (further >= 4) writer.boolean(slice.warm_up);
}

}  // namespace

void write(Writer& writer, const metrics::Slice& slice) { write_slice(writer, slice, slice.exemplars); }

void read(Reader& reader, metrics::Slice& slice) {
  slice = {};
  Elements elements(reader, 9);
  read(reader, slice.step);
  if (slice.step >= metrics::Totals::kMaxSteps) reader.fail("a step is beyond any plan");
  read_table(reader, slice.requests, [&](metrics::RequestStats& stats) { read(reader, stats); });
  read_table(reader, slice.counters, [&](std::int64_t& count) { count = reader.signed_integer(); });
  read_table(reader, slice.trends, [&](metrics::Histogram& values) { read(reader, values); });
  read_table(reader, slice.checks, [&](metrics::CheckStats& stats) {
    if (reader.array() != 2) return reader.fail("a pair was expected");
    stats.passed = events(reader);
    stats.failed = events(reader);
  });
  read_counts(reader, slice.outcomes);
  read_problems(reader, slice.problems);
  read_statuses(reader, slice.unread_statuses);
  if (reader.array() != 2) reader.fail("a pair was expected");
  slice.sockets.opened = events(reader);
  slice.sockets.bytes_received = reader.unsigned_integer();
  if (elements.more()) read_more(reader, slice.sockets);
  if (elements.more()) read(reader, slice.exemplars);
  if (elements.more()) read(reader, slice.arrivals);
  if (elements.more()) slice.warm_up = reader.boolean();
  elements.finish();
}

void write(Writer& writer, const metrics::Tally& tally) {
  writer.array(5);
  writer.unsigned_integer(tally.sent);
  writer.unsigned_integer(tally.settled);
  writer.unsigned_integer(tally.answered);
  writer.unsigned_integer(tally.unanswered);
  write_counts(writer, tally.outcomes);
}

void read(Reader& reader, metrics::Tally& tally) {
  Elements elements(reader, 5);
  tally.sent = events(reader);
  tally.settled = events(reader);
  tally.answered = events(reader);
  tally.unanswered = events(reader);
  read_counts(reader, tally.outcomes);
  elements.finish();
}

// The exemplars of the whole run travel with its first step.
void write(Writer& writer, const metrics::Totals& totals) {
  static const metrics::ExemplarTable kNone;
  const bool has_warm_up = !totals.warm_up().empty();
  writer.array(totals.steps().size() + (has_warm_up ? 1 : 0));
  for (const metrics::Totals::Step& step : totals.steps()) {
    writer.array(2);
    write_slice(writer, step.slice, step.slice.step == 0 ? totals.all().exemplars : kNone);
    write(writer, step.duration);
  }
  if (!has_warm_up) return;
  metrics::Slice warm_up = totals.warm_up();
  warm_up.warm_up = true;
  writer.array(2);
  write(writer, warm_up);
  write(writer, std::chrono::duration<double>(0));
}

void read(Reader& reader, metrics::Totals& totals) {
  totals = {};
  const std::size_t steps = reader.array();
  for (std::size_t i = 0; i < steps && reader.ok(); ++i) {
    if (reader.array() != 2) return reader.fail("a pair was expected");
    const std::size_t before = reader.memory_left();
    metrics::Slice slice;
    read(reader, slice);
    reader.charge(1, before - reader.memory_left() + 2 * sizeof(metrics::Totals::Step));  // it is kept twice: in its step and in the whole
    std::chrono::duration<double> duration{};
    read(reader, duration);
    if (!reader.ok()) return;
    if (slice.warm_up ? i + 1 != steps : slice.step != i) return reader.fail("a step is out of its place");
    if (duration.count() < 0) return reader.fail("a time is negative");
    totals.add(slice);
    if (slice.warm_up) return;
    totals.set_step_duration(slice.step, duration);
  }
}

}  // namespace loads::proto
