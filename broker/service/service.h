#pragma once

#include <chrono>
#include <set>
#include <string>

#include "broker/core/broker.h"
#include "broker/service/announcer.h"
#include "broker/service/doors.h"
#include "broker/service/lookout.h"
#include "broker/service/shelf.h"
#include "common/notify.h"
#include "common/stop_signals.h"

namespace loads::broker {

// The broker at work: takes what comes in at its doors, lets the core decide, writes, and only then acknowledges. One thread: the wire
// thread.
class Service final : private Outside {
 public:
  Service(Doors& doors, Shelf& shelf, Announcer& announcer, std::size_t keep_runs);

  void show_to(Lookout& lookout) { lookout_ = &lookout; }  // before run()

  // Until a signal asks it to end.
  void run(StopSignals& stop);

 private:
  void gather() const;
  bool take_from_agents();  // whether there may be more
  bool take_from_consoles();
  void handle_agent(const wire::Received& received);
  bool owns(const wire::Received& received, const std::string& agent);
  void handle_console(const wire::Received& received);
  void complain(const wire::Received& received, const std::string& what);
  void commit_when_due();
  void tick_when_due();

  void to_agent(const Route& route, const proto::ToAgent& message) override;
  void to_console(const Route& route, const proto::ToConsole& message) override;
  void publish(const proto::Snapshot& snapshot) override;
  bool save(const RunRecord& record) override;
  std::optional<RunRecord> find(std::string_view run) override { return shelf_.find(run); }
  std::vector<RunRecord> ended(std::size_t most) override { return shelf_.ended(most); }
  void append(const std::string& run, std::string_view record) override { shelf_.append(run, record); }
  bool checkpoint(const std::string& run, const std::string& record) override { return shelf_.checkpoint(run, record); }
  bool read_pages(const std::string& run, const OnPage& on_page) override { return shelf_.read_pages(run, on_page); }
  bool has_bundle(const std::string& bundle) override { return shelf_.has_bundle(bundle); }
  std::optional<std::uint64_t> add_chunk(const proto::Chunk& chunk, std::uint64_t size, std::string& why_not) override;
  std::optional<proto::Blob> read_chunk(const std::string& bundle, std::uint64_t offset) override {
    return shelf_.read_chunk(bundle, offset);
  }
  Now now() const override;
  std::string make_run_id() override { return shelf_.make_run_id(); }
  void note(std::string_view line) override;

  using Clock = std::chrono::steady_clock;

  Doors& doors_;
  Shelf& shelf_;
  Announcer& announcer_;
  Lookout* lookout_ = nullptr;  // null: nobody looks on
  std::size_t keep_runs_;
  Broker broker_;
  Notify notify_;
  std::set<Route> unreachable_;      // agents whose connection turned out to be gone; told at the next tick
  Clock::time_point dirty_since_{};  // when something was appended that is not on the disk
  bool to_commit_ = false;           // something waits for that
  Clock::time_point next_tick_{};
  std::uint64_t received_ = 0;  // messages of agents since the last tick
  bool crowded_ = false;        // there were many before it
  Clock::time_point next_status_{};
  Clock::time_point next_tidying_{};
  Clock::time_point next_complaint_{};
  std::uint64_t complaints_ = 0;
};

}  // namespace loads::broker
