#include <string>
#include <utility>

#include "runner/report/blocks.h"
#include "runner/report/figures.h"

namespace loads::runner {
namespace {

std::string traffic(const char* way, std::uint64_t messages, std::uint64_t bytes) {
  return std::string("  ") + way + counted(messages, "message", "messages") + ", " + counted(bytes, "byte", "bytes") + "\n";
}

std::string round_trips(const metrics::Histogram& times) {
  if (times.count() == 0) return {};
  std::string text = "  round trips: " + std::to_string(times.count());
  for (const auto& [name, quantile] : {std::pair("p50", 0.5), std::pair("p95", 0.95), std::pair("p99", 0.99)}) {
    text += std::string("  ") + name + " " + response_time(times.percentile(quantile));
  }
  return text + "  max " + response_time(times.max()) + "\n";
}

std::string errors(const metrics::SocketStats& stats, const Paint& paint) {
  std::string text;
  for (std::size_t i = 0; i < metrics::kSocketErrors; ++i) {
    if (stats.errors[i] == 0) continue;
    const auto kind = static_cast<metrics::SocketError>(i);
    text += "  " + std::string(to_string(kind)) + ": " + paint.bad(std::to_string(stats.errors[i])) + "\n";
  }
  return text;
}

}  // namespace

std::string web_sockets(const Report& report, const Paint& paint) {
  const metrics::SocketStats& stats = report.totals.all().sockets;
  if (stats.empty()) return {};
  std::string text = "Web sockets: " + std::to_string(stats.opened) + " opened, " + std::to_string(stats.closed) + " closed\n";
  text += traffic("sent     ", stats.messages_sent, stats.bytes_sent);
  text += traffic("received ", stats.messages_received, stats.bytes_received);
  return text + round_trips(stats.round_trips) + errors(stats, paint);
}

}  // namespace loads::runner
