// Many agents for one broker, in one process: what a broker costs with thousands of them, without thousands of machines.
//
//   bench-cluster_agents BACKEND CREDENTIAL|- FIRST COUNT [APART_US]
//
// The agents FIRST to FIRST + COUNT - 1 connect to BACKEND. "joined NANOSECONDS" (monotonic clock) is printed when the broker has welcomed
// the last of them; on SIGTERM they finish what they have, and the figures are printed as one line of JSON. Each agent takes two file
// descriptors, so more than half of the limit needs another process.

#include <sys/epoll.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <memory>
#include <numeric>
#include <random>
#include <vector>

#include "cluster/agents/simulated_agent.h"
#include "common/descriptor.h"
#include "common/descriptors.h"
#include "common/stop_signals.h"
#include "proto/wire/enrolment.h"

namespace {

using namespace loads;
using namespace std::chrono_literals;
using bench::Figures;
using bench::SimulatedAgent;
using proto::Nanoseconds;

constexpr Nanoseconds kRound = 250ms;     // each agent is served once in it, come what may
constexpr Nanoseconds kLastRounds = 10s;  // at most, to get rid of what is left
constexpr int kEvents = 256;
constexpr int kWait = 2;  // milliseconds

Nanoseconds now() { return std::chrono::steady_clock::now().time_since_epoch(); }

struct Arguments {
  std::string backend;
  std::optional<wire::PeerKeys> keys;
  std::uint32_t first = 0;
  std::uint32_t count = 0;
  Nanoseconds apart = 100us;
};

class Agents {
 public:
  Agents(const Arguments& arguments, StopSignals& stop)
      : context_(static_cast<int>(raise_descriptor_limit())), stop_(stop), order_(arguments.count) {
    for (std::uint32_t i = 0; i < arguments.count; ++i) {
      agents_.push_back(std::make_unique<SimulatedAgent>(
          context_, SimulatedAgent::Place{arguments.backend, arguments.keys, arguments.apart}, arguments.first + i, figures_));
      watch(agents_.back()->descriptor(), i);
    }
    watch(stop.descriptor(), arguments.count);
    // Those that are due at about the same time have neighbouring numbers: served in that order they would all report in a part of the
    // round.
    std::iota(order_.begin(), order_.end(), std::size_t{0});
    std::shuffle(order_.begin(), order_.end(), std::mt19937(arguments.first));
    served_until_ = now();
  }

  const Figures& run() {
    while (!stop_.came()) turn();
    for (const auto& agent : agents_) agent->wind_down(now());
    const Nanoseconds deadline = now() + kLastRounds;
    while (!all_idle() && now() < deadline) turn();
    return figures_;
  }

 private:
  void watch(int descriptor, std::uint32_t number) {
    epoll_event event{};
    event.events = EPOLLIN;
    event.data.u32 = number;
    if (::epoll_ctl(epoll_.get(), EPOLL_CTL_ADD, descriptor, &event) != 0) throw std::runtime_error("cannot watch a socket");
  }

  void turn() {
    std::array<epoll_event, kEvents> events{};
    const int ready = ::epoll_wait(epoll_.get(), events.data(), kEvents, kWait);
    for (int i = 0; i < ready; ++i) {
      const std::uint32_t number = events[static_cast<std::size_t>(i)].data.u32;
      if (number < agents_.size()) agents_[number]->serve(now());
    }
    go_round();
    if (joined_ || figures_.welcomed < agents_.size()) return;
    joined_ = true;
    std::printf("joined %lld\n", static_cast<long long>(now().count()));
    std::fflush(stdout);
  }

  // Serves as many as are due since the last time.
  void go_round() {
    const Nanoseconds each = kRound / static_cast<int>(agents_.size());
    served_until_ = std::max(served_until_, now() - kRound);
    for (std::size_t i = 0; i < agents_.size() && served_until_ + each <= now(); ++i, served_until_ += each) {
      agents_[order_[next_++ % agents_.size()]]->serve(now());
    }
  }

  bool all_idle() const {
    for (const auto& agent : agents_) {
      if (!agent->is_idle()) return false;
    }
    return true;
  }

  wire::Context context_;
  StopSignals& stop_;
  std::vector<std::size_t> order_;  // in which they are served
  Descriptor epoll_{::epoll_create1(EPOLL_CLOEXEC)};
  Figures figures_;
  std::vector<std::unique_ptr<SimulatedAgent>> agents_;
  std::size_t next_ = 0;
  Nanoseconds served_until_{};
  bool joined_ = false;
};

std::optional<Arguments> read(int count, char** texts) {
  if (count < 5 || count > 6) return {};
  Arguments arguments;
  arguments.backend = texts[1];
  if (std::string(texts[2]) != "-") arguments.keys = wire::read_credential(texts[2]).keys;
  arguments.first = static_cast<std::uint32_t>(std::strtoul(texts[3], nullptr, 10));
  arguments.count = static_cast<std::uint32_t>(std::strtoul(texts[4], nullptr, 10));
  if (count == 6) arguments.apart = std::chrono::microseconds(std::strtoul(texts[5], nullptr, 10));
  if (arguments.count == 0) return {};
  return arguments;
}

}  // namespace

int main(int count, char** texts) try {
  const auto arguments = read(count, texts);
  if (!arguments) {
    std::fprintf(stderr, "usage: bench-cluster_agents BACKEND CREDENTIAL|- FIRST COUNT [APART_US]\n");
    return 2;
  }
  StopSignals stop;
  Agents agents(*arguments, stop);
  const Figures& figures = agents.run();
  std::printf("%s\n", bench::to_json(figures).c_str());
  return figures.complete() ? 0 : 1;
} catch (const std::exception& error) {
  std::fprintf(stderr, "bench-cluster_agents: %s\n", error.what());
  return 1;
}
