#include <algorithm>
#include <cmath>
#include <cstdint>
#include <string>
#include <string_view>

#include "runner/report/blocks.h"
#include "runner/report/figures.h"

namespace loads::runner {
namespace {

constexpr const char* kTitle = "Where the time goes (mean): ";

// "connect 0.4ms", or "tls -" for what never happened.
std::string part(metrics::Phase phase, metrics::Nanoseconds sum, std::uint64_t count) {
  const double microseconds = static_cast<double>(sum.count()) / 1e3 / static_cast<double>(count);
  const bool happened = sum.count() > 0;
  const auto rounded = static_cast<std::uint64_t>(std::llround(std::max(microseconds, 0.0)));
  return std::string(metrics::to_string(phase)) + " " + (happened ? response_time(rounded) : kNoValue);
}

}  // namespace

std::string phases(const Report& report) {
  const metrics::RequestStats all = report.totals.all().all_requests();
  const bool measured = std::any_of(all.phase_time.begin(), all.phase_time.end(), [](metrics::Nanoseconds sum) { return sum.count() > 0; });
  if (all.timed() == 0 || !measured) return {};
  const auto of = [&](metrics::Phase phase) { return part(phase, all.phase_time[static_cast<std::size_t>(phase)], all.timed()); };
  using enum metrics::Phase;
  const std::string first = of(dns) + "  " + of(connect) + "  " + of(tls) + "  " + of(send);
  const std::string second = of(wait) + "  " + of(receive) + "  (" + counted(all.connections, "connection", "connections") + ")";
  return kTitle + first + "\n" + std::string(std::string_view(kTitle).size(), ' ') + second + "\n";
}

}  // namespace loads::runner
