#pragma once

#include <poll.h>
#include <signal.h>

#include <chrono>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "agent/core/agent.h"
#include "agent/work/real_outside.h"
#include "common/failure.h"
#include "proto/codec.h"
#include "support/temporary_folder.h"

namespace loads::agent {

// An agent with real workers, and a broker that is this object: it welcomes the agent and acknowledges every batch.
class Workplace {
 public:
  static constexpr const char* kRun = "0123abcd";
  static constexpr proto::Lease kLease = 1;

  explicit Workplace(std::filesystem::path state, std::filesystem::path runner = LOADS_BIN_DIR "/loads-runner")
      : outside_({state, state / "bundles", std::move(runner)},
                 {[this](std::string bytes) { hear(std::move(bytes)); }, [this](std::string_view line) { notes.emplace_back(line); }}),
        agent_({}, outside_) {
    proto::Welcome welcome{"cluster", 1, "1.0.0", 0, 64, {}};
    for (const LeaseStore::Kept& kept : outside_.restore()) {
      agent_.restore(kept.prepare, kept.checkpoint, kept.batches);
      welcome.leases.push_back({kept.prepare.run, kept.prepare.lease, proto::LeaseDecision::keep, 0, {}});
    }
    say(welcome);
  }

  static proto::Prepare order(const proto::TestSource& test, plan::Step step) {
    proto::Prepare prepare;
    prepare.run = kRun;
    prepare.lease = kLease;
    prepare.order.plan.test = "a test";
    prepare.order.plan.steps = {step};
    prepare.order.test = test;
    prepare.order.settings.threads = 2;
    prepare.order.settings.timeout = std::chrono::seconds(20);
    prepare.order.settings.stop_timeout = std::chrono::seconds(10);
    return prepare;
  }

  void say(const proto::ToAgent& message) { agent_.on_broker(message, now()); }
  void start() { say(proto::Start{kRun, kLease, now()}); }
  void stop(bool cut) { say(proto::Stop{kRun, kLease, cut}); }

  // Serves until `done`; false when that takes longer than any test should.
  bool until(const std::function<bool()>& done, std::chrono::seconds patience = std::chrono::seconds(40)) {
    const auto deadline = std::chrono::steady_clock::now() + patience;
    while (!done()) {
      if (std::chrono::steady_clock::now() > deadline) return false;
      turn();
    }
    return true;
  }
  bool until_prepared() {
    return until([this] { return prepared.has_value(); });
  }
  bool until_result() {
    return until([this] { return result() != nullptr; });
  }
  bool until_idle() {
    return until([this] { return agent_.is_idle(); });
  }

  const proto::ShareResult* result() const { return !batches.empty() && batches.back().result ? &*batches.back().result : nullptr; }
  const metrics::Tally& tally() const { return batches.back().tally; }

  // Whether each batch follows the one before, and its totals are those of the slices: what the broker's ledger asks.
  bool is_balanced() const {
    metrics::Tally sum;
    for (std::size_t i = 0; i < batches.size(); ++i) {
      const proto::Batch& batch = batches[i];
      for (const metrics::Slice& slice : batch.slices) sum += metrics::tally_of(slice);
      const metrics::Tally& tally = batch.tally;
      if (batch.seq != i + 1 || sum.answered != tally.answered || sum.unanswered != tally.unanswered || sum.outcomes != tally.outcomes)
        return false;
    }
    return true;
  }

  // All that was noted, a line each.
  std::string log() const {
    std::string all;
    for (const std::string& line : notes) all += line + "\n";
    return all;
  }

  void kill_worker(int signal) const { ::kill(worker(), signal); }
  pid_t worker() const {
    constexpr std::string_view kWords = ": worker process ";
    for (const std::string& line : notes) {
      if (const auto found = line.find(kWords); found != std::string::npos) return std::stoi(line.substr(found + kWords.size()));
    }
    return -1;
  }

  std::optional<proto::Prepared> prepared;
  std::vector<proto::Batch> batches;  // each once
  std::optional<proto::LeaseProgress> progress;
  std::vector<std::string> notes;
  std::vector<proto::WantChunk> wanted;
  bool acknowledging = true;

 private:
  static proto::Nanoseconds now() { return std::chrono::steady_clock::now().time_since_epoch(); }

  void turn() {
    std::vector<pollfd> polled;
    outside_.add_to(polled);
    ::poll(polled.data(), polled.size(), 50);
    outside_.serve(agent_, now());
    agent_.tick(now());
    if (acknowledging && !batches.empty() && batches.back().seq > acknowledged_) {
      acknowledged_ = batches.back().seq;
      say(proto::Ack{kRun, kLease, acknowledged_});
    }
  }

  void hear(std::string bytes) {
    auto decoded = proto::decode<proto::FromAgent>(bytes);
    if (auto* answer = std::get_if<proto::Prepared>(&decoded.message)) prepared = std::move(*answer);
    if (auto* want = std::get_if<proto::WantChunk>(&decoded.message)) wanted.push_back(std::move(*want));
    if (auto* beat = std::get_if<proto::Beat>(&decoded.message); beat != nullptr && !beat->progress.empty())
      progress = std::move(beat->progress.front());
    if (auto* batch = std::get_if<proto::Batch>(&decoded.message); batch != nullptr && batch->seq == batches.size() + 1)
      batches.push_back(std::move(*batch));
  }

  RealOutside outside_;
  Agent agent_;
  std::uint64_t acknowledged_ = 0;
};

}  // namespace loads::agent
