#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <string>

#include "common/metrics/totals.h"
#include "common/metrics/validity.h"
#include "proto/run.h"

namespace loads::broker {

// Upper bounds of the response times' histogram, in seconds: OpenTelemetry's for HTTP (semantic conventions, http.client.request.duration),
// and two below them.
inline constexpr std::array kBounds = {0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1.0, 2.5, 5.0, 7.5, 10.0};

// The requests of one name, as Prometheus wants them: in few buckets. Times are those of answers with a status below 400.
struct RequestFigures {
  std::array<std::uint64_t, kBounds.size()> within{};  // answers that took no longer than the bound
  std::uint64_t count = 0;
  std::uint64_t microseconds = 0;  // of all of them
  std::map<int, std::uint64_t> statuses;
  std::array<std::uint64_t, metrics::kRequestErrors> errors{};  // requests without an answer
  std::uint64_t connections = 0;
  std::uint64_t bytes_sent = 0;
  std::uint64_t bytes_received = 0;

  void add(const metrics::RequestStats& stats);
  void merge(const RequestFigures& other);
};

// A run that goes on, or has ended lately. A pure value.
struct RunFigures {
  std::string run;
  std::string test;
  std::string state;
  proto::WallTime submitted{};
  metrics::Validity validity = metrics::Validity::valid;  // of what was measured so far
  std::uint32_t users = 0;
  std::map<std::string, RequestFigures> requests;  // by name
  std::array<std::uint64_t, metrics::kOutcomes> outcomes{};
  std::uint64_t sockets_opened = 0;
  std::uint64_t messages_sent = 0;
  std::uint64_t messages_received = 0;
};

RunFigures figures_of(const proto::RunStatus& status, const metrics::Totals& totals);

}  // namespace loads::broker
