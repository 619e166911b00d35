#include "broker/core/capacity.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <optional>
#include <string>

namespace loads::broker {
namespace {

// A machine, and how many of the plan's agents are on it.
struct Host {
  std::string name;
  proto::Calibration calibration;
  std::uint32_t agents = 0;
};

std::vector<Host> calibrated_hosts(const std::vector<const Agent*>& agents) {
  std::map<std::string, Host> hosts;
  for (const Agent* agent : agents) {
    if (!std::isnormal(agent->hello.calibration.rate)) continue;
    const std::string name = agent->hello.name.substr(0, agent->hello.name.rfind('/'));
    Host& host = hosts.try_emplace(name, Host{name, agent->hello.calibration, 0}).first->second;
    ++host.agents;
  }
  std::vector<Host> all;
  for (auto& [name, host] : hosts) all.push_back(std::move(host));
  return all;
}

std::string whole(double number) { return std::to_string(std::llround(std::clamp(number, 0.0, 1e15))); }

std::string others(std::size_t count) {
  if (count == 0) return {};
  return count == 1 ? " 1 other machine is beyond its calibration, too."
                    : " " + std::to_string(count) + " other machines are beyond theirs, too.";
}

std::string age(const Host& host) {
  return host.calibration.stale.empty() ? "" : " The calibration may hold no longer (" + host.calibration.stale.substr(0, 200) + ").";
}

// One note of all hosts of which `wanted` is more than `possible`, about the one that is worst off.
template <typename Wanted, typename Possible, typename Say>
void add(const std::vector<Host>& hosts, Wanted wanted, Possible possible, Say say, std::vector<proto::Warning>& notes) {
  const Host* worst = nullptr;
  std::size_t count = 0;
  double most = 1;
  for (const Host& host : hosts) {
    const double factor = wanted(host) / std::max(1.0, possible(host));
    if (factor <= 1) continue;
    ++count;
    if (factor <= most) continue;
    worst = &host;
    most = factor;
  }
  if (worst == nullptr) return;
  const std::string text =
      "machine " + worst->name + " " + say(whole(wanted(*worst)), whole(possible(*worst))) + others(count - 1) + age(*worst);
  notes.push_back({"beyond-calibration", text, metrics::Validity::valid});
}

double highest_rate(const plan::Plan& plan) {
  double highest = 0;
  for (const plan::Step& step : plan.steps) highest = std::max(highest, step.rate ? step.rate->highest() : 0.0);
  return highest;
}

}  // namespace

std::vector<proto::Warning> beyond_capacity(const plan::Plan& plan, const std::vector<const Agent*>& agents) {
  const std::vector<Host> hosts = calibrated_hosts(agents);
  std::vector<proto::Warning> notes;
  const auto rate = [&](const Host& host) { return highest_rate(plan) * host.agents / std::max(1U, plan.agents); };
  add(
      hosts, rate, [](const Host& host) { return host.calibration.rate; },
      [](const std::string& wanted, const std::string& possible) {
        return "is to begin " + wanted + " test runs a second, and can send " + possible +
               " plain requests by its calibration: expect runs that begin late. Take more agents, on other machines.";
      },
      notes);
  const auto users = [&](const Host& host) { return static_cast<double>(plan.max_users()) * host.agents; };
  const auto connections = [](const Host& host) { return static_cast<double>(std::min(host.calibration.files, host.calibration.ports)); };
  add(
      hosts, users, connections,
      [](const std::string& wanted, const std::string& possible) {
        return "is to have " + wanted + " users, and connections for " + possible +
               " by its calibration (open files, local ports to one address): expect requests that are not sent. Take more agents, on "
               "other "
               "machines, or allow more open files.";
      },
      notes);
  return notes;
}

}  // namespace loads::broker
