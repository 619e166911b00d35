#pragma once

#include <deque>
#include <optional>
#include <string>

#include "agent/core/agent.h"
#include "cluster/agents/figures.h"
#include "cluster/agents/simulated_worker.h"
#include "proto/wire/socket.h"

namespace loads::bench {

// An agent as the broker sees it: the decisions are the real agent's, the socket is real, worker and disk are not there. One thread.
class SimulatedAgent final : private agent::Outside {
 public:
  struct Place {
    const std::string& backend;
    const std::optional<wire::PeerKeys>& keys;
    proto::Nanoseconds apart{};  // SimulatedWorker's
  };

  SimulatedAgent(wire::Context& context, const Place& place, std::uint32_t number, Figures& figures);

  int descriptor();                    // readable when something may have come
  void serve(proto::Nanoseconds now);  // takes what has come, and does what is due
  void wind_down(proto::Nanoseconds now) { agent_.wind_down(now); }
  bool is_idle() const { return agent_.is_idle(); }

 private:
  void listen(proto::Nanoseconds now);
  void heed(const proto::ToAgent& message, proto::Nanoseconds now);
  void work(proto::Nanoseconds now);

  void to_broker(std::string bytes) override { socket_.send(bytes); }
  void start_worker(const proto::Prepare& prepare) override;
  void restart_worker(const proto::Prepare& prepare, const metrics::Tally&) override { start_worker(prepare); }
  void to_worker(proto::Lease lease, const std::string& run, const proto::ToWorker& message) override;
  void kill_worker(proto::Lease, const std::string&) override { killed_ = true; }
  std::optional<metrics::Tally> read_black_box(proto::Lease, const std::string&) override { return {}; }
  void keep_lease(const proto::Prepare& prepare) override;
  void keep_batch(proto::Lease lease, const std::string& run, std::string_view bytes) override;
  bool keep_spool(proto::Lease, const std::string&, const proto::agent_folder::Checkpoint&, const std::deque<std::string>&) override {
    return true;
  }
  void drop_lease(proto::Lease lease, const std::string& run) override;
  bool has_bundle(const std::string&) override { return true; }
  std::optional<std::uint64_t> add_chunk(const proto::Chunk&, std::uint64_t, std::string&) override { return {}; }
  void note(std::string_view) override {}

  Figures& figures_;
  wire::Socket socket_;
  proto::Nanoseconds apart_;
  agent::Agent agent_;
  bool welcomed_ = false;
  bool killed_ = false;
  proto::Prepare prepare_;  // of the worker
  std::optional<SimulatedWorker> worker_;
  proto::Nanoseconds now_{};
  std::uint64_t acknowledged_ = 0;       // batches of the worker
  std::deque<proto::Nanoseconds> made_;  // when those after them were made
  std::uint64_t last_ = 0;               // the number of the last one; 0: not made yet
};

}  // namespace loads::bench
