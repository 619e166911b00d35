// How a run went, second by second: metrics_values.h.

#include <bit>
#include <chrono>
#include <utility>
#include <vector>

#include "proto/elements.h"
#include "proto/metrics_values.h"
#include "proto/values.h"

namespace loads::proto {
namespace {

metrics::CoarseTimes read_times(Reader& reader, std::uint64_t max) {
  std::vector<metrics::CoarseTimes::Bucket> buckets;
  const std::size_t size = reader.array();
  if (size % 2 != 0) reader.fail("a bucket of times has no count");
  const std::size_t count = size / 2;
  reader.charge(count, sizeof(metrics::CoarseTimes::Bucket));
  for (std::size_t i = 0; i < count && reader.ok(); ++i) {
    const std::uint64_t bucket = reader.unsigned_integer();
    if (bucket >= metrics::CoarseTimes::kBuckets || (!buckets.empty() && bucket <= buckets.back().first))
      reader.fail("a bucket of times is out of its place");
    buckets.emplace_back(static_cast<std::uint16_t>(bucket), events(reader));
  }
  return metrics::CoarseTimes::of(std::move(buckets), max);
}

metrics::History::Window read_window(Reader& reader) {
  metrics::History::Window window;
  Elements elements(reader, 7);
  window.answered = events(reader);
  window.unanswered = events(reader);
  window.errors = events(reader);
  window.failures = events(reader);
  window.user_milliseconds = reader.unsigned_integer();
  const std::uint64_t max = reader.unsigned_integer();
  window.response_times = read_times(reader, max);
  elements.finish();
  return window;
}

}  // namespace

void write(Writer& writer, const metrics::History& history) {
  writer.array(2);
  writer.unsigned_integer(static_cast<std::uint64_t>(history.width().count()));
  writer.array(history.windows().size());
  for (const metrics::History::Window& window : history.windows()) {
    writer.array(7);
    for (const std::uint64_t count :
         {window.answered, window.unanswered, window.errors, window.failures, window.user_milliseconds, window.response_times.max()})
      writer.unsigned_integer(count);
    writer.array(2 * window.response_times.buckets().size());
    for (const auto& [bucket, count] : window.response_times.buckets()) {
      writer.unsigned_integer(bucket);
      writer.unsigned_integer(count);
    }
  }
}

void read(Reader& reader, metrics::History& history) {
  Elements elements(reader, 2);
  const std::uint64_t width = reader.unsigned_integer();
  if (width == 0 || !std::has_single_bit(width) || width > std::uint64_t{1} << 32) reader.fail("a history has no such windows");
  const std::size_t count = reader.array();
  if (count > metrics::History::kMostWindows) reader.fail("a history is too long");
  reader.charge(count, sizeof(metrics::History::Window));
  std::vector<metrics::History::Window> windows;
  for (std::size_t i = 0; i < count && reader.ok(); ++i) windows.push_back(read_window(reader));
  elements.finish();
  if (reader.ok()) history = metrics::History::of(std::chrono::seconds(width), std::move(windows));
}

}  // namespace loads::proto
