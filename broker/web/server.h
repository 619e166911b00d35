#pragma once

#include <chrono>
#include <cstddef>
#include <memory>
#include <string>

#include "broker/web/address.h"

namespace loads::broker::web {

// How long things may take.
struct Times {
  std::chrono::milliseconds fresh{1000};       // so old a text may be that is given again
  std::chrono::milliseconds deadline{10'000};  // of a connection, from its beginning to its end
};

// A small HTTP server for those who look on: GET /metrics. It has a thread of its own, and takes nothing from the broker but a text, which
// the broker makes when somebody waits for it. Slow clients, floods and garbage cost it a bounded number of connections (kMostConnections,
// the oldest goes when another comes), bytes and seconds each. The functions below are called by one thread, which none of them holds up.
class Server {
 public:
  static constexpr std::size_t kMostConnections = 64;

  explicit Server(const Address& address, const Times& times = {});  // listens; throws Failure(local_resource)
  ~Server();
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;

  std::string url() const;      // "http://127.0.0.1:8989/metrics", with the port that was got
  bool is_wanted() const;       // somebody waits for the text, and there is none that is fresh
  void give(std::string text);  // the text, for all who wait

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace loads::broker::web
