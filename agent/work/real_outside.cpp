#include "agent/work/real_outside.h"

#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <exception>
#include <system_error>
#include <thread>

#include "agent/work/descendants.h"
#include "common/black_box.h"
#include "common/failure.h"
#include "proto/bundle/unpack.h"
#include "proto/codec.h"

namespace loads::agent {
namespace {

constexpr std::uint64_t kMostBundles = std::uint64_t{1} << 30;  // bytes of unused ones that are kept
constexpr int kLastReads = 64;                                  // of the socket of a worker that is dead
constexpr std::chrono::seconds kLongestAlone{1};                // that a worker may live without its connection
constexpr std::chrono::milliseconds kWatchPeriod{200};
constexpr std::chrono::milliseconds kDeath{1};  // what a process takes to die, about
constexpr int kMostRounds = 50;                 // of killing what has come to light

// A slot of the black box for each thread that the worker's engine may have.
std::uint32_t slots_for(const proto::Prepare& prepare) {
  const std::uint32_t asked = prepare.order.settings.threads;
  return std::clamp(asked > 0 ? asked : std::thread::hardware_concurrency(), 1U, BlackBox::kMostSlots);
}

// Whether a worker has nothing more to say after it.
bool is_last(const proto::FromWorker& message) {
  if (const auto* batch = std::get_if<proto::Batch>(&message)) return batch->result.has_value();
  const auto* prepared = std::get_if<proto::Prepared>(&message);
  return prepared != nullptr && prepared->exit_code != exit_code::passed;
}

}  // namespace

RealOutside::RealOutside(const Places& places, Ways ways, const Rules& rules)
    : places_(places), ways_(std::move(ways)), rules_(rules), leases_(places.state), bundles_(places.bundles, kMostBundles) {}

RealOutside::~RealOutside() {
  workers_.clear();
  end_orphans();
}

std::vector<LeaseStore::Kept> RealOutside::restore() {
  return leases_.restore([this](const std::string& line) { note(line); });
}

// What is kept for an agent that dies is worth less than the run that goes on: trouble with the disk is told once, and again after it was
// over.
template <typename Work>
bool RealOutside::on_disk(const std::string& run, Work&& work) {
  try {
    work();
    disk_trouble_ = false;
    return true;
  } catch (const std::exception& error) {
    if (!std::exchange(disk_trouble_, true)) note("run " + run + " would not survive the agent's death: " + error.what());
    return false;
  }
}

void RealOutside::keep_lease(const proto::Prepare& prepare) {
  on_disk(prepare.run, [&] { leases_.keep(prepare); });
}

void RealOutside::keep_batch(proto::Lease lease, const std::string& run, std::string_view bytes) {
  on_disk(run, [&] { leases_.keep_batch(run, lease, bytes); });
}

bool RealOutside::keep_spool(proto::Lease lease, const std::string& run, const proto::agent_folder::Checkpoint& checkpoint,
                             const std::deque<std::string>& batches) {
  return on_disk(run, [&] { leases_.keep_spool(run, lease, checkpoint, batches); });
}

void RealOutside::drop_lease(proto::Lease lease, const std::string& run) {
  workers_.erase({run, lease});
  closed_.erase({run, lease});
  on_disk(run, [&] { leases_.drop(run, lease); });
}

std::optional<metrics::Tally> RealOutside::read_black_box(proto::Lease lease, const std::string& run) try {
  return leases_.read_black_box(run, lease);
} catch (const Failure&) {
  return {};  // a run that is none has counted nothing
}

std::optional<std::uint64_t> RealOutside::add_chunk(const proto::Chunk& chunk, std::uint64_t size, std::string& why_not) {
  if (chunk.offset == 0 || !incoming_ || incoming_bundle_ != chunk.bundle) {
    incoming_.reset();
    auto begun = bundles_.receive(chunk.bundle, size);
    if (!begun.receiving) why_not = begun.error;
    incoming_ = std::move(begun.receiving);
    incoming_bundle_ = chunk.bundle;
  }
  if (!incoming_) return {};
  if (const auto outcome = incoming_->append(chunk.offset, chunk.data); !outcome) {
    why_not = outcome.error;
    return {};
  }
  const std::uint64_t next = incoming_->next_offset();
  if (!incoming_->complete()) return next;
  bundle::Received received = incoming_->finish();
  incoming_.reset();
  why_not = received.error;
  if (!received.pin) return {};
  pinned_ = std::move(received.pin);
  return next;
}

void RealOutside::make_working_folder(const proto::Prepare& prepare) {
  const std::filesystem::path folder = leases_.working_folder(prepare.run, prepare.lease);
  const std::string& bundle = prepare.order.test.bundle;
  const auto refuse = [](const std::string& why) { throw Failure(exit_code::local_resource, why, "bundle"); };
  if (bundle.empty()) {
    if (::mkdir(folder.c_str(), 0700) != 0) refuse("cannot make " + folder.string() + ": " + std::generic_category().message(errno));
    return;
  }
  const auto bytes = bundles_.read(bundle);
  if (!bytes) refuse("the bundle with the test's files is not there any more");
  if (const auto outcome = bundle::unpack(*bytes, folder); !outcome) refuse("the test's files cannot be unpacked: " + outcome.error);
}

void RealOutside::spawn(const proto::Prepare& prepare, const std::filesystem::path& black_box) {
  const Key key{prepare.run, prepare.lease};
  make_working_folder(prepare);
  pinned_.reset();
  WorkerSpawn how;
  how.runner = places_.runner;
  how.allow_targets = places_.allow_targets;
  how.python = places_.python;
  how.folder = leases_.working_folder(prepare.run, prepare.lease);
  how.black_box = black_box;
  auto worker = std::make_unique<WorkerProcess>(how);
  if (!worker->stream().send(proto::encode(prepare)))
    throw Failure(exit_code::local_resource, "the order is larger than a message to a worker may be");
  note("run " + prepare.run + ": worker process " + std::to_string(worker->pid()));
  workers_[key] = std::move(worker);
}

// The agent hears of a failure later, as of any other end: it is in the middle of something now.
template <typename Work>
void RealOutside::try_to_start(const proto::Prepare& prepare, Work&& make_black_box) try {
  spawn(prepare, make_black_box());
} catch (const std::exception& error) {
  not_started_.emplace_back(Key{prepare.run, prepare.lease}, error.what());
}

void RealOutside::start_worker(const proto::Prepare& prepare) {
  try_to_start(prepare, [&] { return leases_.make_black_box(prepare.run, prepare.lease, slots_for(prepare)); });
}

void RealOutside::restart_worker(const proto::Prepare& prepare, const metrics::Tally& counted) {
  try_to_start(prepare, [&] { return leases_.replace_black_box(prepare.run, prepare.lease, slots_for(prepare), counted); });
}

WorkerProcess* RealOutside::find(proto::Lease lease, const std::string& run) {
  const auto found = workers_.find({run, lease});
  return found == workers_.end() ? nullptr : found->second.get();
}

void RealOutside::to_worker(proto::Lease lease, const std::string& run, const proto::ToWorker& message) {
  WorkerProcess* worker = find(lease, run);
  if (worker != nullptr && !worker->stream().send(proto::encode(message))) worker->kill("a message to it was too large");
}

void RealOutside::kill_worker(proto::Lease lease, const std::string& run) {
  if (WorkerProcess* worker = find(lease, run)) worker->kill("it was killed by its agent");
}

void RealOutside::add_to(std::vector<pollfd>& polled) const {
  for (const auto& [key, worker] : workers_) {
    const proto::FrameStream& stream = worker->stream();
    const short events = stream.unsent() > 0 ? POLLIN | POLLOUT : POLLIN;
    if (!stream.ended()) polled.push_back({stream.descriptor(), events, 0});
    if (worker->output_descriptor() >= 0) polled.push_back({worker->output_descriptor(), POLLIN, 0});
    if (worker->end_descriptor() >= 0) polled.push_back({worker->end_descriptor(), POLLIN, 0});
  }
}

void RealOutside::serve(Agent& agent, proto::Nanoseconds now) {
  for (const auto& [key, why] : std::exchange(not_started_, {})) {
    leases_.remove_working_folder(key.first, key.second);
    agent.on_worker_gone(key.first, key.second, why);
  }
  // What the agent is told may make it start or drop workers.
  std::vector<Key> keys;
  for (const auto& [key, worker] : workers_) keys.push_back(key);
  for (const Key& key : keys) {
    if (WorkerProcess* worker = find(key.second, key.first)) serve_worker(key, *worker, agent, now);
  }
  if (now >= next_watch_) watch_workers(now);
}

// A test that takes the machine for itself is stopped before the machine is at its end.
void RealOutside::watch_workers(proto::Nanoseconds now) {
  next_watch_ = now + kWatchPeriod;
  if (workers_.empty()) return end_orphans();
  for (const auto& [key, worker] : workers_) kill_if_excessive(*worker);
}

bool RealOutside::kill_if_excessive(WorkerProcess& worker) const {
  std::vector<pid_t> processes = descendants_of(worker.pid());
  processes.push_back(worker.pid());
  // Whose they are cannot be told; as a rule there is one worker.
  const std::vector<pid_t> others = orphans();
  processes.insert(processes.end(), others.begin(), others.end());
  const std::string excess = excess_of(processes, rules_.limits);
  if (excess.empty()) return false;
  worker.kill(excess);
  kill_with_descendants(processes);
  return true;
}

// Those whose parents have ended, and what they have started.
std::vector<pid_t> RealOutside::orphans() const {
  std::vector<pid_t> found;
  if (!rules_.adopts_orphans) return found;
  for (const pid_t child : children_of(::getpid())) {
    const bool is_worker = std::any_of(workers_.begin(), workers_.end(), [&](const auto& entry) { return entry.second->pid() == child; });
    if (is_worker || ::waitpid(child, nullptr, WNOHANG) == child) continue;
    found.push_back(child);
    const std::vector<pid_t> more = descendants_of(child);
    found.insert(found.end(), more.begin(), more.end());
  }
  return found;
}

// What a worker has left when it ended, wherever that had hidden. Some may come to light only when their parents are gone. Whoever does not
// die at once (it waits for a disk that does not answer) is not waited for: the agent has to go on, and the next look finds it.
void RealOutside::end_orphans() const {
  for (int round = 0; round < kMostRounds; ++round) {
    const std::vector<pid_t> left = orphans();
    if (left.empty()) return;
    kill_with_descendants(left);
    std::this_thread::sleep_for(kDeath);
  }
}

void RealOutside::serve_worker(const Key& key, WorkerProcess& worker, Agent& agent, proto::Nanoseconds now) {
  const bool ended = worker.has_ended();  // asked first: what it has sent before its end is then all there
  worker.read_output();
  worker.stream().flush();
  read_messages(key, worker, agent, now);
  if (ended) return bury(key, worker, agent, now);
  if (worker.stream().ended()) heed_closed_connection(key, worker, now);
}

// As a rule its process is just about to end, and how that ends says more.
void RealOutside::heed_closed_connection(const Key& key, WorkerProcess& worker, proto::Nanoseconds now) {
  const auto since = closed_.try_emplace(key, now).first->second;
  if (now - since >= kLongestAlone) worker.kill("it has closed its connection to the agent");
}

// False when there was none.
bool RealOutside::read_messages(const Key& key, WorkerProcess& worker, Agent& agent, proto::Nanoseconds now) {
  worker.stream().receive();
  bool any = false;
  while (const auto frame = worker.stream().next()) {
    any = true;
    const auto decoded = proto::decode<proto::FromWorker>(*frame);
    if (!decoded) {
      worker.kill("it sent what is no message: " + decoded.error);
      return false;
    }
    // What is too much without any load is no loss in the midst of a run: the run does not begin.
    if (std::holds_alternative<proto::Prepared>(decoded.message) && kill_if_excessive(worker)) return false;
    const bool last = is_last(decoded.message);
    agent.on_worker(key.first, key.second, decoded.message, now);
    if (last) worker.stream().end_sending();  // it may go
  }
  if (!worker.stream().error().empty()) worker.kill(worker.stream().error());
  return any;
}

void RealOutside::bury(const Key& key, WorkerProcess& worker, Agent& agent, proto::Nanoseconds now) {
  for (int i = 0; i < kLastReads && read_messages(key, worker, agent, now); ++i) {
  }
  const std::string why = worker.reap();
  log_output(key, worker.output());
  workers_.erase(key);
  closed_.erase(key);
  if (workers_.empty()) end_orphans();
  leases_.remove_working_folder(key.first, key.second);
  agent.on_worker_gone(key.first, key.second, why);
}

void RealOutside::log_output(const Key& key, const OutputTail& output) {
  const std::string run = "run " + key.first + ": ";
  if (output.dropped() > 0) note(run + "the worker has printed " + std::to_string(output.dropped()) + " bytes before this");
  for (const std::string_view line : output.lines()) note(run + "| " + std::string(line));
}

}  // namespace loads::agent
