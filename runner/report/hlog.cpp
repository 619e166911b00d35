#include "runner/report/hlog.h"

#include <zlib.h>

#include <array>
#include <cstdio>
#include <stdexcept>
#include <vector>

#include "common/base64.h"
#include "common/wall_time.h"
#include "runner/report/figures.h"

namespace loads::runner {
namespace {

using Bytes = std::vector<std::uint8_t>;

constexpr int kTimeDigits = 3;
constexpr double kPerMillisecond = 1e3;                                              // response times are kept in microseconds
constexpr std::array<std::uint8_t, 4> kCompressedCookie = {0x1c, 0x84, 0x93, 0x14};  // V2, zlib's format inside

// HdrHistogram's compressed form: a cookie, the size of what follows, and that.
Bytes compressed(const metrics::Histogram& times) {
  const Bytes plain = times.encode_for_hdr();
  uLongf size = ::compressBound(plain.size());
  Bytes packed(size);
  if (::compress2(packed.data(), &size, plain.data(), plain.size(), Z_DEFAULT_COMPRESSION) != Z_OK)
    throw std::runtime_error("zlib cannot pack a histogram");
  packed.resize(size);
  Bytes bytes(kCompressedCookie.begin(), kCompressedCookie.end());
  for (int shift = 24; shift >= 0; shift -= 8) bytes.push_back(static_cast<std::uint8_t>(size >> shift));
  bytes.insert(bytes.end(), packed.begin(), packed.end());
  return bytes;
}

struct Interval {
  double start = 0;   // seconds, since the run's start
  double length = 0;  // likewise
};

std::string line(const std::string& tag, const Interval& interval, const metrics::Histogram& times) {
  if (times.count() == 0) return {};
  return (tag.empty() ? "" : "Tag=" + hlog_tag(tag) + ",") + decimal(interval.start, kTimeDigits) + "," +
         decimal(interval.length, kTimeDigits) + "," + decimal(static_cast<double>(times.max()) / kPerMillisecond, kTimeDigits) + "," +
         base64_encode(compressed(times)) + "\n";
}

std::string lines(const Interval& interval, const metrics::Slice& slice) {
  std::string text = line("", interval, slice.all_requests().response_times);
  for (const auto& [name, stats] : slice.requests) text += line(name, interval, stats.response_times);
  return text;
}

std::string header(const Report& report) {
  const double start = std::chrono::duration<double>(report.started.time_since_epoch()).count();
  return "#[Response times in microseconds, of run " + report.run_id + ", an interval for each step of the plan; loads " + report.version +
         "]\n#[Validity: " + std::string(to_string(validity_of(report))) +
         "]\n#[Histogram log format version 1.3]\n#[StartTime: " + decimal(start, kTimeDigits) + " (seconds since epoch), " +
         format_iso_utc(report.started) + "]\n" +
         "\"StartTimestamp\",\"Interval_Length\",\"Interval_Max\",\"Interval_Compressed_Histogram\"\n";
}

}  // namespace

std::string hlog_tag(const std::string& name) {
  std::string tag;
  for (const char c : name) {
    const auto byte = static_cast<unsigned char>(c);
    const bool plain = byte > ' ' && byte < 0x7f && c != ',' && c != '%' && c != '"' && c != '#';
    std::array<char, 4> escape{};
    std::snprintf(escape.data(), escape.size(), "%%%02X", static_cast<unsigned>(byte));
    tag += plain ? std::string(1, c) : escape.data();
  }
  return tag.empty() ? "%00" : tag;  // a name may be empty, a tag not
}

std::string to_hlog(const Report& report) {
  std::string text = header(report);
  plan::Seconds start{0};
  for (const metrics::Totals::Step& step : report.totals.steps()) {
    const bool is_first = &step == &report.totals.steps().front();
    const plan::Seconds length = is_first ? report.plan.measured(step.duration) : plan::Seconds(step.duration);
    start += step.duration;
    text += lines({(start - length).count(), length.count()}, step.slice);
  }
  return text;
}

}  // namespace loads::runner
