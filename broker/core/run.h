#pragma once

#include <optional>
#include <string>
#include <unordered_map>
#include <utility>
#include <variant>
#include <vector>

#include "broker/core/fleet.h"
#include "broker/core/ledger.h"
#include "broker/core/outside.h"
#include "broker/core/run_record.h"
#include "common/thresholds/tripwire.h"

namespace loads::broker {

// One run, from its submission to its end: which agents have a share in it, what they were told, and what they have measured. Pure: told
// what happens and when, it acts through Outside and Fleet. Each state is saved before a message that follows from it is sent, each message
// may come or be sent twice, and each state has a deadline, so that no run hangs: that of running to a number of hits moves on with every
// sign of life of a share.
class Run {
 public:
  Run(RunRecord record, Outside& outside, Fleet& fleet, Now now);  // a new one, or one out of the store

  const RunRecord& record() const { return record_; }
  const Ledger& ledger() const { return ledger_; }
  const std::string& id() const { return record_.run; }
  proto::RunState state() const { return record_.state; }
  bool is_over() const { return proto::is_over(record_.state); }
  bool is_settled() const;                        // over, and nothing can still come
  bool occupies(const std::string& agent) const;  // has a share that may still work
  const LeaseRecord* lease(proto::Lease lease) const;

  // The store's pages, one after the other and then restored(), before anything else is called.
  void restore_page(std::span<const std::uint8_t> record, bool is_checkpoint);
  void restored();
  // All that was entered so far is on the disk: only that may be acknowledged.
  void committed();
  std::uint64_t durable_seq(proto::Lease lease) const;

  void reserve(const std::vector<const Agent*>& agents, Now now);  // queued -> preparing
  void submitted_by(const Route& console, Now now);                // who can be asked for the bundle
  void on_chunk(const proto::Chunk& chunk, const Route& console, Now now);
  void on_prepared(const proto::Prepared& prepared, Now now);
  // What the agent has to be told about a share that it holds.
  proto::LeaseVerdict on_held(const proto::HeldLease& held, const Agent& agent);
  // The agent knows less of its share than was entered here, or something else when it was started again, and what was entered is not on
  // the disk yet: what it has to report depends on it.
  bool must_commit_for(const proto::HeldLease& held, bool restarted) const;
  // Tells it what it may have missed.
  void catch_up(const proto::HeldLease& held);
  // The agent has come back and does not know of its shares, but for those in `held`.
  void on_returned(const Agent& agent, const std::vector<proto::HeldLease>& held);
  void on_agent_lost(const std::string& agent);
  // Some were lost before the start: others take their places, or the run fails.
  bool lacks_agents() const;
  void replace_lost(const std::vector<const Agent*>& agents, Now now);
  // The leases whose shares can be given to others now.
  std::vector<proto::Lease> orphans(Now now) const;
  // To as many as there are agents.
  void deal(const std::vector<proto::Lease>& orphans, const std::vector<const Agent*>& agents, Now now);
  // The parts of a rate that nobody else goes on with, to those that are at work.
  void deal_parts(const std::vector<proto::Lease>& orphans, Now now);
  void on_progress(const proto::LeaseProgress& progress);
  // How exactly the agent knows our clock now; negative: it does not yet.
  void note_clock(proto::Lease lease, proto::Nanoseconds error);
  Ledger::Entry on_batch(const proto::Batch& batch, std::string_view bytes);
  // The share's batches were imported from its agent's folder; and all of them were, of all agents' folders that are there.
  void found(proto::Lease lease);
  void conclude_imported(Now now);
  void stop(bool cut, Now now);
  // Changes its load from a moment on that is near. Nothing has changed, and the reason, when that cannot be.
  std::variant<proto::Steered, proto::Error> steer(proto::SteerKind kind, double factor, Now now);
  void warn(proto::Warning warning);  // kept with the run
  void fail(int exit_code, const std::string& id, const std::string& message, Now now);
  void tick(Now now);
  // It has ended, or what it ended with has changed, since the last time this was asked: consoles have to be told.
  bool take_news() { return std::exchange(news_, false); }

  proto::RunStatus status(Now now) const;
  proto::Snapshot snapshot(Now now) const;   // with all figures, second by second too
  proto::Snapshot published(Now now) const;  // with the figures of all requests in one

 private:
  // What is known of a lease beside its record.
  struct Share {
    bool ready = false;
    // Its last sign of life.
    std::uint32_t users = 0;
    double fraction = 0;
    metrics::Tally tally;
    bool clock_known = false;
    // What is on the disk of its account.
    std::uint64_t durable_seq = 0;
    metrics::Tally durable_tally;
    bool durably_ended = false;  // the result is among it
  };

  Ledger::Entry enter(const proto::Batch& batch);
  void note_damage(const std::string& what);
  bool note_figures();
  bool may_deal(Now now) const;
  bool is_orphan(const LeaseRecord& lease) const;
  bool has_let_go(const LeaseRecord& lease, Now now) const;
  bool has_declined(const Agent& agent) const;
  bool awaits_deal(Now now) const;
  bool is_joining(const LeaseRecord& lease) const;
  bool will_never_begin(const LeaseRecord& lease) const;
  void join(const LeaseRecord& lease, const proto::Prepared& prepared);
  void begin_joined(Now now);
  void decline(LeaseRecord& lease, const std::string& why);
  void tick_joining(Now now);
  std::uint32_t share_index(const LeaseRecord& lease) const;
  std::vector<const LeaseRecord*> at_work() const;
  std::vector<DealtPart> parts_of(const LeaseRecord& orphan, const std::vector<const LeaseRecord*>& heirs) const;
  void deal_at(plan::Seconds at, std::size_t first);
  proto::Error why_not_steer(proto::SteerKind kind, double factor) const;
  proto::Error why_not_scale(double factor) const;
  const LeaseRecord* first_too_old_to_steer() const;
  double present_factor() const;
  double factor_for(proto::SteerKind kind, double factor) const;
  plan::Steering steering_of(const LeaseRecord& lease) const;
  void send_steering(const LeaseRecord& lease);
  void send_steering_to_all();
  using Agree = std::function<void(Now at)>;
  proto::Nanoseconds lead() const;
  void keep_ahead(Now now, proto::Nanoseconds ahead, const Agree& agree);
  plan::Seconds since_start(Now at) const { return std::max(at.steady - start_at_, proto::Nanoseconds(0)); }
  void show_takers(proto::AgentShare& share, const LeaseRecord& lease) const;
  const LeaseRecord* heir(const LeaseRecord& lease) const;  // that goes on with its share; null: none

  bool has_sent_nothing() const;
  bool all_ready() const;
  const LeaseRecord* first_ended() const;  // null: none
  void begin_stopping(Now now);
  std::optional<proto::Nanoseconds> all_known_until() const;
  void heed_conditions(Now now);
  bool has_ended(const LeaseRecord& lease) const;
  proto::Nanoseconds known_until(const LeaseRecord& lease) const;
  bool is_unwanted(const LeaseRecord& lease) const;
  bool all_ended() const;
  LeaseRecord* find(proto::Lease lease);
  Share& share(const LeaseRecord& lease) { return shares_[lease.lease - 1]; }
  const Share& share(const LeaseRecord& lease) const { return shares_[lease.lease - 1]; }
  const std::vector<proto::Lease>& leases_of(const std::string& agent) const;
  void know_leases();  // after some were added to the record
  void set_ready(const LeaseRecord& lease, bool ready);
  bool save_as(proto::RunState state);
  void send(const LeaseRecord& lease, const proto::ToAgent& message);
  void send_prepare(const LeaseRecord& lease);
  void send_start(const LeaseRecord& lease);
  void ask_for_bundle();
  void begin_preparing(Now now);
  void arrange_start(Now now);
  void tick_stopping(Now now);
  void conclude_when_settled(Now now);
  proto::Nanoseconds alone_until() const;
  void conclude(Now now);
  std::string unready() const;
  std::string what_is_missing() const;
  std::string what_is_missing_of(const LeaseRecord& lease) const;
  void show_damage(proto::RunStatus& status) const;
  proto::AgentShare share_of(const LeaseRecord& lease) const;
  proto::Nanoseconds elapsed(Now now) const;

  RunRecord record_;
  Outside& outside_;
  Fleet& fleet_;
  Ledger ledger_;
  thresholds::Tripwire tripwire_;
  std::vector<Share> shares_;                                          // of the record's leases, in their order
  std::unordered_map<std::string, std::vector<proto::Lease>> leases_;  // of each agent
  std::unordered_map<proto::Lease, proto::Lease> successors_;          // of leases whose shares others go on with
  std::unordered_map<proto::Lease, proto::Nanoseconds> join_limits_;   // until when a successor has to be ready
  proto::Nanoseconds next_join_{};                                     // when those that are not are asked again
  std::vector<proto::Lease> ready_to_join_;                            // those that are, and were not told to begin
  std::size_t ready_ = 0;                                              // shares that are
  std::vector<proto::Lease> entered_;                                  // into the ledger since committed(); the same one maybe twice
  Route console_;                                                      // whom to ask for the bundle
  std::uint64_t wanted_offset_ = 0;                                    // of the bundle
  bool preparing_ = false;                                             // Prepare has been sent
  proto::Nanoseconds deadline_{};                                      // of the present state
  proto::Nanoseconds start_at_{};                                      // steady
  proto::Nanoseconds quiet_since_{};                                   // since when every share has ended or is lost; 0: not so
  bool cut_sent_ = false;
  bool unsaved_ = false;           // the record says more than the disk; the next tick saves it
  bool news_ = false;              // for consoles
  bool heard_of_ = false;          // some share has given a sign of life
  bool late_ = false;              // figures came after the end: it has to be concluded anew
  mutable std::uint64_t seq_ = 0;  // of snapshots
};

}  // namespace loads::broker
