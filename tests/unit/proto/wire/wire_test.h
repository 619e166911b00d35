#pragma once

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <chrono>
#include <filesystem>
#include <fstream>
#include <functional>
#include <initializer_list>
#include <iterator>
#include <optional>
#include <stdexcept>
#include <string>

#include "proto/wire/poller.h"
#include "proto/wire/socket.h"
#include "support/refusal.h"
#include "support/temporary_folder.h"

namespace loads::wire {

inline std::string content_of(const std::filesystem::path& path) {
  std::ifstream file(path);
  return {std::istreambuf_iterator<char>(file), {}};
}

inline mode_t mode_of(const std::filesystem::path& path) {
  struct stat status {};
  return ::stat(path.c_str(), &status) == 0 ? status.st_mode & 07777u : 0;
}

// Turns the wheel until `done` holds: `turn` is called whenever something may have happened. False: ten seconds were not enough.
inline bool turn_until(Poller& poller, const std::function<void()>& turn, const std::function<bool()>& done) {
  const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(10);
  while (std::chrono::steady_clock::now() < end) {
    turn();
    if (done()) return true;
    poller.wait(std::chrono::milliseconds(20));
  }
  return false;
}

// The next message of `socket`, within ten seconds; `turn` is called meanwhile.
inline std::optional<Received> next_of(
    Socket& socket, const std::function<void()>& turn = [] {}) {
  Poller poller;
  poller.add(socket);
  std::optional<Received> received;
  turn_until(poller, turn, [&] { return (received = socket.receive()).has_value(); });
  return received;
}

// Sends as soon as there is a connection. False: there was none within ten seconds.
inline bool send_soon(
    Socket& dealer, const std::string& bytes, const std::function<void()>& turn = [] {}) {
  Poller poller;
  return turn_until(poller, turn, [&] { return dealer.send(bytes) == Sent::sent; });
}

}  // namespace loads::wire
