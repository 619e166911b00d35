#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "agent/core/agent.h"
#include "proto/codec.h"

namespace loads::agent {

using namespace std::chrono_literals;
using proto::ShareEnd;

// A world that keeps what it is told.
class RecordedOutside final : public Outside {
 public:
  std::vector<proto::FromAgent> broker;
  std::vector<proto::ToWorker> worker;
  std::optional<metrics::Tally> box = metrics::Tally{};
  metrics::Tally counted_before;
  int workers_started = 0;
  int workers_killed = 0;
  int leases_dropped = 0;
  std::vector<std::string> batches;
  std::optional<proto::agent_folder::Checkpoint> kept;
  bool disk_is_full = false;
  int spools_kept = 0;
  std::uint64_t bundle_bytes = 3000;

  // The last message of that kind; null when there is none.
  template <typename Message>
  const Message* told() const {
    const Message* last = nullptr;
    for (const auto& message : broker) {
      if (const auto* one = std::get_if<Message>(&message)) last = one;
    }
    return last;
  }
  template <typename Message>
  std::size_t count() const {
    return static_cast<std::size_t>(
        std::count_if(broker.begin(), broker.end(), [](const auto& message) { return std::holds_alternative<Message>(message); }));
  }

  void to_broker(std::string bytes) override { broker.push_back(proto::decode<proto::FromAgent>(bytes).message); }
  void start_worker(const proto::Prepare&) override { ++workers_started; }
  void restart_worker(const proto::Prepare&, const metrics::Tally& counted) override {
    ++workers_started;
    box = counted_before = counted;
  }
  void to_worker(proto::Lease, const std::string&, const proto::ToWorker& message) override { worker.push_back(message); }
  void kill_worker(proto::Lease, const std::string&) override { ++workers_killed; }
  std::optional<metrics::Tally> read_black_box(proto::Lease, const std::string&) override { return box; }
  void keep_lease(const proto::Prepare&) override {}
  void keep_batch(proto::Lease, const std::string&, std::string_view bytes) override { batches.emplace_back(bytes); }
  bool keep_spool(proto::Lease, const std::string&, const proto::agent_folder::Checkpoint& checkpoint,
                  const std::deque<std::string>& spool) override {
    ++spools_kept;
    if (disk_is_full) return false;
    kept = checkpoint;
    batches.assign(spool.begin(), spool.end());
    return true;
  }
  void drop_lease(proto::Lease, const std::string&) override { ++leases_dropped; }
  bool has_bundle(const std::string&) override { return bundle_bytes >= 3000; }
  std::optional<std::uint64_t> add_chunk(const proto::Chunk& chunk, std::uint64_t, std::string&) override {
    return bundle_bytes = chunk.offset + chunk.data.size();
  }
  void note(std::string_view) override {}
};

class AgentTest : public testing::Test {
 protected:
  explicit AgentTest(std::size_t spool_limit = Agent::kSpoolLimit) : agent_(identity(), outside_, spool_limit) {}

  static Identity identity() { return {std::string(32, 'a'), 1, 7, "host/1", "x86_64", "1", 2}; }

  void hear(const proto::ToAgent& message) { agent_.on_broker(message, time_); }
  void say(const proto::FromWorker& message) { agent_.on_worker("0badcafe", 1, message, time_); }
  void pass(proto::Nanoseconds time) {
    for (const auto end = time_ + time; time_ < end;) agent_.tick(time_ += 100ms);
  }
  // As pass(), with a broker that answers and a worker that speaks.
  void pass_in_company(proto::Nanoseconds time) {
    for (const auto end = time_ + time; time_ < end;) {
      hear(proto::BeatAnswer{});
      say(proto::LeaseProgress{});
      agent_.tick(time_ += 100ms);
    }
  }

  proto::Prepare prepare() {
    proto::Prepare out;
    out.run = "0badcafe";
    out.lease = 1;
    out.order.plan.test = "http://localhost/";
    out.order.plan.steps.push_back({10, {}, 60s});
    out.order.test.url = "http://localhost/";
    out.order.settings.stop_timeout = 2s;
    return out;
  }

  void join() {
    pass(100ms);
    hear(proto::Welcome{"cluster", 1, "1.0.0", 0, 64, {}});
  }
  void work() {
    join();
    hear(prepare());
    say(proto::Prepared{});
    hear(proto::Start{"0badcafe", 1, time_ + 100ms});
  }
  proto::Batch batch(std::uint64_t seq, std::uint64_t answers, std::uint64_t all, std::optional<ShareEnd> end = {}) {
    proto::Batch out;
    out.seq = seq;
    metrics::Slice slice;
    slice.requests["GET /"].answered = answers;
    out.slices.push_back(slice);
    out.tally.answered = out.tally.sent = out.tally.settled = all;
    if (end) out.result = proto::ShareResult{*end, "", 0, {}};
    return out;
  }

  RecordedOutside outside_;
  Agent agent_;
  proto::Nanoseconds time_ = 1s;
};

}  // namespace loads::agent
