#include "engine/dns/resolver.h"

#include <condition_variable>
#include <deque>
#include <mutex>
#include <system_error>
#include <thread>
#include <unordered_map>
#include <utility>
#include <vector>

#include "engine/guard/signal_mask.h"

namespace loads::dns {
namespace {

constexpr std::size_t kMostThreads = 4;
constexpr std::chrono::seconds kFailureLifetime{1};

Result with_port(const Result& result, std::uint16_t port) {
  Result out{{}, result.error};
  out.addresses.reserve(result.addresses.size());
  for (const Address& address : result.addresses) out.addresses.push_back(address.with_port(port));
  return out;
}

}  // namespace

// The state that the resolver shares with its threads; it outlives the resolver when a lookup hangs.
class Resolver::Pool : public std::enable_shared_from_this<Pool> {
 public:
  Pool(bool resolve_once, Lookup lookup, Now now) : resolve_once_(resolve_once), lookup_(std::move(lookup)), now_(std::move(now)) {}

  void ask(std::string host, std::uint16_t port, Callback callback);
  std::optional<Result> known(const std::string& host, std::uint16_t port);
  void stop();

 private:
  struct Waiter {
    std::uint16_t port;
    Callback callback;
  };
  struct Job {
    std::string host;
    std::vector<Waiter> waiters;
  };
  struct Answer {
    std::shared_ptr<const Result> result;
    std::chrono::steady_clock::time_point time;
  };
  using Jobs = std::unordered_multimap<std::string, std::shared_ptr<Job>>;

  std::shared_ptr<const Result> find_answer(const std::string& host);
  bool start_thread();
  void run();
  void finish(Job& job, const Result& result, std::unique_lock<std::mutex>& lock);
  void forget(const Job& job);

  const bool resolve_once_;
  const Lookup lookup_;
  const Now now_;

  std::mutex mutex_;              // guards everything below
  std::condition_variable work_;  // a job was queued, or the end has come
  std::condition_variable left_;  // a thread has ended
  std::deque<std::shared_ptr<Job>> queue_;
  Jobs unfinished_;  // by name: queued or being looked up
  std::unordered_map<std::string, Answer> answers_;
  std::size_t threads_ = 0;
  std::size_t idle_ = 0;
  std::size_t looking_up_ = 0;
  bool stopping_ = false;
};

void Resolver::Pool::ask(std::string host, std::uint16_t port, Callback callback) {
  std::unique_lock lock(mutex_);
  if (const auto answer = find_answer(host)) {
    lock.unlock();
    return callback(with_port(*answer, port));
  }
  if (const auto same = unfinished_.find(host); resolve_once_ && same != unfinished_.end()) {
    same->second->waiters.push_back({port, std::move(callback)});
    return;
  }
  auto job = std::make_shared<Job>();
  job->host = std::move(host);
  job->waiters.push_back({port, std::move(callback)});
  unfinished_.emplace(job->host, job);
  queue_.push_back(job);
  if (idle_ < queue_.size() && threads_ < kMostThreads && !start_thread() && threads_ == 0) {
    queue_.clear();
    return finish(*job, {{}, "no thread can be started to look up names"}, lock);
  }
  work_.notify_one();
}

std::optional<Result> Resolver::Pool::known(const std::string& host, std::uint16_t port) {
  if (!resolve_once_) return std::nullopt;
  std::unique_lock lock(mutex_);
  const auto answer = find_answer(host);
  lock.unlock();
  return answer ? std::optional(with_port(*answer, port)) : std::nullopt;
}

std::shared_ptr<const Result> Resolver::Pool::find_answer(const std::string& host) {
  const auto found = answers_.find(host);
  if (found == answers_.end()) return nullptr;
  const Answer& answer = found->second;
  return answer.result->error.empty() || now_() - answer.time < kFailureLifetime ? answer.result : nullptr;
}

bool Resolver::Pool::start_thread() {
  try {
    std::thread([self = shared_from_this()] {
      guard::block_process_signals();
      self->run();
    }).detach();
  } catch (const std::system_error&) {
    return false;
  }
  ++threads_;
  return true;
}

void Resolver::Pool::run() {
  std::unique_lock lock(mutex_);
  while (!stopping_) {
    if (queue_.empty()) {
      ++idle_;
      work_.wait(lock);
      --idle_;
      continue;
    }
    const std::shared_ptr<Job> job = std::move(queue_.front());
    queue_.pop_front();
    ++looking_up_;
    lock.unlock();
    const Result result = lookup_(job->host);
    lock.lock();
    --looking_up_;
    if (!stopping_) finish(*job, result, lock);
  }
  --threads_;
  left_.notify_all();
}

// Takes the lock for granted, calls the waiters without it, and holds it again at the end.
void Resolver::Pool::finish(Job& job, const Result& result, std::unique_lock<std::mutex>& lock) {
  forget(job);
  std::vector<Waiter> waiters = std::move(job.waiters);
  if (resolve_once_) answers_[job.host] = {std::make_shared<const Result>(result), now_()};
  lock.unlock();
  for (const Waiter& waiter : waiters) waiter.callback(with_port(result, waiter.port));
  waiters.clear();  // what they own may use the resolver when it goes
  lock.lock();
}

void Resolver::Pool::forget(const Job& job) {
  const auto [begin, end] = unfinished_.equal_range(job.host);
  for (auto at = begin; at != end; ++at) {
    if (at->second.get() == &job) {
      unfinished_.erase(at);
      return;
    }
  }
}

void Resolver::Pool::stop() {
  Jobs dropped;
  {
    std::unique_lock lock(mutex_);
    stopping_ = true;
    queue_.clear();
    dropped.swap(unfinished_);
    work_.notify_all();
    left_.wait(lock, [this] { return threads_ == looking_up_; });
  }
  for (auto& [host, job] : dropped) job->waiters.clear();
}

Resolver::Resolver(bool resolve_once, Lookup lookup, Now now)
    : pool_(std::make_shared<Pool>(resolve_once, std::move(lookup), std::move(now))) {}

Resolver::~Resolver() { pool_->stop(); }

void Resolver::lookup(std::string host, std::uint16_t port, Callback callback) {
  if (const auto address = Address::parse(host, port)) return callback({{*address}, {}});
  pool_->ask(std::move(host), port, std::move(callback));
}

std::optional<Result> Resolver::cached(const std::string& host, std::uint16_t port) const {
  if (const auto address = Address::parse(host, port)) return Result{{*address}, {}};
  return pool_->known(host, port);
}

}  // namespace loads::dns
