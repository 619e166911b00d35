#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "engine/dns/system_lookup.h"

namespace loads::dns {

// Finds the addresses of hosts for the clients of all threads of the process, so that no loop ever waits for a name server. Every function
// may be called from any thread.
//
// An address in figures is its own answer. A name is looked up on one of at most four threads of the resolver's own, started when they are
// needed. With `resolve_once` each name is looked up once per process: those who ask meanwhile share the lookup, those who ask later get
// its answer; a failure is kept for one second only. Without it every call looks up anew.
class Resolver {
 public:
  using Callback = std::function<void(const Result&)>;
  using Lookup = std::function<Result(const std::string& host)>;
  using Now = std::function<std::chrono::steady_clock::time_point()>;

  // `lookup` and `now` are replaced in tests; both are called from several threads.
  explicit Resolver(bool resolve_once, Lookup lookup = system_lookup, Now now = std::chrono::steady_clock::now);

  // Waits for callbacks that are running, and drops the others uncalled. A lookup that hangs is left behind, not waited for.
  ~Resolver();
  Resolver(const Resolver&) = delete;
  Resolver& operator=(const Resolver&) = delete;

  // Calls `callback` once: before returning when the answer is known, else later on a thread of the resolver. It must be quick, must not
  // throw, and must not destroy the resolver.
  void lookup(std::string host, std::uint16_t port, Callback callback);

  // The answer, when it is known at once.
  std::optional<Result> cached(const std::string& host, std::uint16_t port) const;

 private:
  class Pool;
  std::shared_ptr<Pool> pool_;  // shared with its threads
};

}  // namespace loads::dns
