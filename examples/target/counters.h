#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <map>
#include <string>

namespace loads::target {

// What a target has done since it started, or since its counts were reset. Requests about the counts themselves are in none but the
// connections.
struct Statistics {
  std::uint64_t requests = 0;              // read completely
  std::uint64_t answered = 0;              // whole answers handed to the kernel
  std::map<int, std::uint64_t> by_status;  // of the answered
  std::uint64_t connections = 0;           // accepted
  std::uint64_t open = 0;                  // connections open now
  std::uint64_t web_sockets = 0;           // handshakes done; not among the answered
  std::uint64_t web_socket_messages = 0;   // echoed
};

std::string to_json(const Statistics& statistics);

// The counters behind Statistics, shared by the threads of a server.
class Counters {
 public:
  // A connection that is open as long as this lives.
  class Open {
   public:
    explicit Open(Counters& counters);
    Open(Open&& other) noexcept : counters_(other.counters_) { other.counters_ = nullptr; }
    ~Open();
    Open& operator=(Open&&) = delete;

   private:
    Counters* counters_;
  };

  void request() { requests_.fetch_add(1, std::memory_order_relaxed); }
  void web_socket() { web_sockets_.fetch_add(1, std::memory_order_relaxed); }
  void web_socket_message() { web_socket_messages_.fetch_add(1, std::memory_order_relaxed); }

  // An answer is counted just before its last byte goes to the kernel, and taken back if the kernel did not accept it: so who has received
  // a whole answer finds it counted.
  void answer(int status);
  void take_back(int status);

  std::uint64_t answered() const { return answered_.load(); }
  Statistics snapshot() const;
  void reset();  // all but the connections open now

 private:
  using Count = std::atomic<std::uint64_t>;
  Count requests_{0}, answered_{0}, connections_{0}, open_{0}, web_sockets_{0}, web_socket_messages_{0};
  std::array<Count, 1000> by_status_{};
};

}  // namespace loads::target
