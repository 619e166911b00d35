#pragma once

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <map>
#include <string_view>

#include "common/metrics/histogram.h"

namespace loads::metrics {

using Nanoseconds = std::chrono::nanoseconds;

// The parts of a request's time, in the order in which they happen. A part that did not happen (dns and connect on a kept connection,
// tls over plain TCP) takes no time.
enum class Phase : std::uint8_t { dns, connect, tls, send, wait, receive };
inline constexpr std::size_t kPhases = 6;
std::string_view to_string(Phase phase);

// Why a request got no answer.
enum class RequestError : std::uint8_t {
  none,
  invalid_url,       // test
  resolve,           // target: the name has no address
  connect_refused,   // target
  connect_timeout,   // target
  connect_failed,    // target: unreachable, reset while connecting
  tls,               // target
  timeout,           // target: no complete answer in time
  closed,            // target: closed the connection before or within the answer
  bad_answer,        // target: not HTTP, malformed, or larger than the limits
  no_descriptors,    // generator: out of file descriptors
  no_ports,          // generator: out of local ports
  cancelled,         // generator: cut off at the end of the run
  not_allowed,       // generator: its agent may not connect there
  proxy,             // target: a proxy on the way to it refused
  no_local_address,  // generator: the address to come from leads nowhere
  stream_reset,      // target: it gave up this one request of an HTTP/2 connection
  going_away,        // target: it ended an HTTP/2 connection with requests open
};
inline constexpr std::size_t kRequestErrors = 18;
std::uint64_t to_microseconds(Nanoseconds time);  // rounded; 0 for negative ones
std::string_view to_string(RequestError error);   // a few words: "connection refused"

// Who is to blame. Only the target's and the test's troubles are results; the generator's say that the results cannot be believed.
enum class ErrorClass : std::uint8_t { target, test, generator };
std::string_view to_string(ErrorClass error_class);
ErrorClass class_of(RequestError error);

// One finished request, as a client reports it.
struct RequestRecord {
  int status = 0;                           // 0: no answer
  RequestError error = RequestError::none;  // set when there is no answer
  bool new_connection = false;
  Nanoseconds total{};  // from the call to the last byte of the answer
  std::array<Nanoseconds, kPhases> phases{};
  std::uint64_t bytes_sent = 0;
  std::uint64_t bytes_received = 0;
  Nanoseconds delay{};  // from when the request was to be made until the call: of the first one of a test run that has its time
};

// All requests of one name in an interval.
struct RequestStats {
  Histogram response_times;                            // of the successful ones: answered with a status below 400; with their delay
  Histogram service_times;                             // of the same without the delay; empty where runs have no times of their own
  std::map<int, std::uint64_t> statuses;               // answers by status
  std::array<std::uint64_t, kRequestErrors> errors{};  // requests without an answer, by cause
  std::uint64_t answered = 0;                          // "Hits"
  Nanoseconds answered_time{};                         // sum over the answered ones
  std::array<Nanoseconds, kPhases> phase_time{};       // sums over the answered ones
  std::uint64_t connections = 0;                       // opened
  std::uint64_t bytes_sent = 0;
  std::uint64_t bytes_received = 0;

  void add(const RequestRecord& record, bool scheduled = false);  // `scheduled`: test runs have their times
  void merge(const RequestStats& other);
  std::uint64_t unanswered() const;  // sum of errors
  std::uint64_t timed() const;       // answers whose times, and with them the status, are not lost: what the sums of times are over
};

}  // namespace loads::metrics
