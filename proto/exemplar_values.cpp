// Single exchanges: metrics_values.h.

#include <string>
#include <utility>
#include <vector>

#include "proto/elements.h"
#include "proto/metrics_values.h"
#include "proto/values.h"

namespace loads::proto {
namespace {

metrics::Nanoseconds time_of_request(Reader& reader) {
  metrics::Nanoseconds time{};
  read(reader, time);
  if (time < metrics::Nanoseconds(0)) reader.fail("a time is negative");
  return time;
}

// The causes of a newer peer are not known here.
bool is_known(const Reader& reader, std::uint64_t error) { return reader.ok() && error < metrics::kRequestErrors; }

// An answer has a status, and what has none has a cause.
bool is_consistent(const metrics::Exemplar& exemplar) {
  return exemplar.status <= 999 && (exemplar.status == 0) == (exemplar.error != metrics::RequestError::none);
}

void write_exemplars(Writer& writer, const std::vector<metrics::Exemplar>& exemplars) {
  writer.array(exemplars.size());
  for (const metrics::Exemplar& exemplar : exemplars) write(writer, exemplar);
}

void read_exemplars(Reader& reader, bool failed, std::size_t most, metrics::ExemplarTable& table) {
  const std::size_t count = reader.array();
  if (count > most) return reader.fail("there are too many exemplars");
  reader.charge(count, 2 * sizeof(metrics::Exemplar));  // the table grows by doubling
  for (std::size_t i = 0; i < count && reader.ok(); ++i) {
    metrics::Exemplar exemplar;
    const bool known = read(reader, exemplar);
    if (!reader.ok()) return;
    if (!known) continue;
    if (exemplar.failed() != failed) return reader.fail("an exemplar is in the wrong place");
    table.add(std::move(exemplar));
  }
}

}  // namespace

void write(Writer& writer, const metrics::Exemplar& exemplar) {
  writer.array(18);
  write(writer, exemplar.sent);
  writer.text(exemplar.name);
  writer.unsigned_integer(static_cast<std::uint64_t>(exemplar.status));
  writer.unsigned_integer(static_cast<std::uint64_t>(exemplar.error));
  writer.text(exemplar.location);
  writer.text(exemplar.message);
  writer.text(exemplar.method);
  writer.text(exemplar.url);
  write(writer, exemplar.total);
  writer.array(metrics::kPhases);
  for (const metrics::Nanoseconds phase : exemplar.phases) write(writer, phase);
  writer.array(2);
  writer.unsigned_integer(exemplar.bytes_sent);
  writer.unsigned_integer(exemplar.bytes_received);
  writer.boolean(exemplar.new_connection);
  writer.text(exemplar.address);
  writer.unsigned_integer(exemplar.step);
  writer.unsigned_integer(exemplar.agent);
  writer.unsigned_integer(exemplar.user);
  writer.text(exemplar.request);
  writer.text(exemplar.answer);
}

bool read(Reader& reader, metrics::Exemplar& exemplar) {
  Elements elements(reader, 18);
  read(reader, exemplar.sent);
  exemplar.name = reader.text();
  read(reader, exemplar.status);
  const std::uint64_t error = reader.unsigned_integer();
  exemplar.error = static_cast<metrics::RequestError>(is_known(reader, error) ? error : 0);
  exemplar.location = reader.text();
  exemplar.message = reader.text();
  exemplar.method = reader.text();
  exemplar.url = reader.text();
  exemplar.total = time_of_request(reader);
  if (reader.array() != metrics::kPhases) reader.fail("an array has the wrong length");
  for (metrics::Nanoseconds& phase : exemplar.phases) phase = time_of_request(reader);
  if (reader.array() != 2) reader.fail("an array has the wrong length");
  exemplar.bytes_sent = reader.unsigned_integer();
  exemplar.bytes_received = reader.unsigned_integer();
  exemplar.new_connection = reader.boolean();
  exemplar.address = reader.text();
  read(reader, exemplar.step);
  read(reader, exemplar.agent);
  read(reader, exemplar.user);
  exemplar.request = reader.text();
  exemplar.answer = reader.text();
  elements.finish();
  if (!is_known(reader, error)) return false;
  if (exemplar.status < 0 || exemplar.step >= metrics::Totals::kMaxSteps || !is_consistent(exemplar)) {
    reader.fail("an exemplar contradicts itself");
  }
  return true;
}

void write(Writer& writer, const metrics::ExemplarTable& table) {
  writer.array(2);
  write_exemplars(writer, table.slowest());
  write_exemplars(writer, table.failed());
}

void read(Reader& reader, metrics::ExemplarTable& table) {
  Elements elements(reader, 2);
  read_exemplars(reader, false, metrics::ExemplarTable::kMostSlowest, table);
  read_exemplars(reader, true, metrics::ExemplarTable::kMostFailed, table);
  elements.finish();
}

}  // namespace loads::proto
