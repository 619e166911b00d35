#include "engine/user/assessment.h"

#include <cmath>
#include <cstdio>
#include <optional>
#include <string>

namespace loads::user {
namespace {

using metrics::Validity;

constexpr double kSomewhatContended = 0.05;  // of the time
constexpr double kTooContended = 0.25;
constexpr double kTolerablyShort = 0.01;    // of the test runs of a rate
constexpr std::uint64_t kLeastTicks = 200;  // of all processors: fewer, and a single stolen one is a share of note

std::string in_seconds(std::chrono::duration<double> time) {
  char text[32];
  std::snprintf(text, sizeof text, "%.1f s", time.count());
  return text;
}

std::string in_percent(double part) { return std::to_string(std::lround(100 * part)) + "%"; }

std::optional<Validity> judged(double part) {
  if (part < kSomewhatContended) return std::nullopt;
  return part < kTooContended ? Validity::suspect : Validity::invalid;
}

void add_contention(const LoadMeter& meter, const std::string& name, std::vector<Warning>& out) {
  const double part = meter.waiting_time() / meter.measured_time();
  if (const auto validity = judged(part)) {
    out.push_back({"cpu-contention",
                   name + " waited for a processor " + in_percent(part) +
                       " of the time, since something else ran on it: its times are too high. Give the generator a machine, "
                       "or cores, of its own.",
                   *validity});
  }
}

void add_lateness(const LoadMeter& meter, const std::string& name, std::vector<Warning>& out) {
  const auto late = metrics::lateness(meter.lag());
  if (!late) return;
  out.push_back({"late-loop",
                 name + " did 1 of 100 things that it had to do " + late->of_1_in_100 +
                     " late or more: answers lay unread as long. Use more threads, more machines or fewer users.",
                 late->validity});
}

void add_load(const LoadMeter& meter, const std::string& name, std::vector<Warning>& out) {
  if (meter.busy_time() < metrics::kLeastTime) return;
  out.push_back({"cpu",
                 name + " was above 90% CPU for " + in_seconds(meter.busy_time()) +
                     ": its times are too high. Use more threads, more machines or fewer users.",
                 Validity::suspect});
}

}  // namespace

std::vector<Warning> assess(const LoadMeter& meter, std::uint32_t thread) {
  std::vector<Warning> out;
  if (meter.measured_time() < metrics::kLeastTime) return out;
  const std::string name = "thread " + std::to_string(thread) + " of the generator";
  add_contention(meter, name, out);
  add_lateness(meter, name, out);
  add_load(meter, name, out);
  return out;
}

std::vector<Warning> assess(const guard::MachineReading& before, const guard::MachineReading& after) {
  std::vector<Warning> out;
  const double part = after.stolen_part_since(before);
  const auto validity = after.ticks < before.ticks + kLeastTicks ? std::nullopt : judged(part);
  if (validity) {
    out.push_back({"steal",
                   "the host of this virtual machine gave " + in_percent(part) +
                       " of its processors' time to others: times are too high. Use a machine that is not shared.",
                   *validity});
  }
  if (const std::uint64_t dropped = after.packets_dropped - before.packets_dropped; after.packets_dropped > before.packets_dropped) {
    out.push_back({"packets-dropped",
                   "this machine dropped " + std::to_string(dropped) +
                       " packets that it had received, for want of time: they were sent again, and the times have it.",
                   Validity::suspect});
  }
  return out;
}

std::optional<Warning> shortage_of_files(const metrics::ArrivalStats& arrivals, std::uint32_t users) {
  const std::uint64_t short_of = arrivals.waited.count() + arrivals.missed;
  if (short_of == 0) return std::nullopt;
  const bool are_many = static_cast<double>(short_of) > kTolerablyShort * static_cast<double>(arrivals.begun() + arrivals.missed);
  return Warning{"descriptors",
                 "there were open files for " + std::to_string(users) + " users at once, so that " + std::to_string(short_of) +
                     " test runs had to wait for one or never began: this machine was too small, whatever the target did. Raise the limit "
                     "(`ulimit -n`), or use more agents.",
                 are_many ? Validity::invalid : Validity::suspect};
}

}  // namespace loads::user
