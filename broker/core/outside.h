#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "broker/core/run_record.h"
#include "proto/console_messages.h"

namespace loads::broker {

// The routing id that ZeroMQ gives a connection: random, means nothing, and is another one after a reconnection.
using Route = std::string;

// A moment: on the monotonic clock, by which everything is decided, and as people read it.
struct Now {
  proto::Nanoseconds steady{};
  proto::WallTime wall{};

  friend Now operator+(Now now, proto::Nanoseconds time) { return {now.steady + time, now.wall + time}; }
};

// What the broker's decisions reach the world through: sockets and disk, or those of the simulation.
class Outside {
 public:
  virtual ~Outside() = default;

  // To a peer that may be gone: then nothing happens.
  virtual void to_agent(const Route& route, const proto::ToAgent& message) = 0;
  virtual void to_console(const Route& route, const proto::ToConsole& message) = 0;
  virtual void publish(const proto::Snapshot& snapshot) = 0;

  // On the disk when it returns true. false: the disk does not take it, and what depends on it has to wait.
  virtual bool save(const RunRecord& record) = 0;
  virtual std::optional<RunRecord> find(std::string_view run) = 0;
  virtual std::vector<RunRecord> ended(std::size_t most) = 0;  // the newest first

  // The ledger's pages. What is appended is on the disk once the shell has called Broker::committed().
  virtual void append(const std::string& run, std::string_view record) = 0;
  virtual bool checkpoint(const std::string& run, const std::string& record) = 0;  // true: on the disk
  using OnPage = std::function<void(std::span<const std::uint8_t> record, bool is_checkpoint)>;
  virtual bool read_pages(const std::string& run, const OnPage& on_page) = 0;  // false: they cannot be read

  virtual bool has_bundle(const std::string& bundle) = 0;
  // Takes the next part of a bundle of `size` bytes. The offset that is wanted next; nothing when the part is refused, with the reason.
  virtual std::optional<std::uint64_t> add_chunk(const proto::Chunk& chunk, std::uint64_t size, std::string& why_not) = 0;
  virtual std::optional<proto::Blob> read_chunk(const std::string& bundle, std::uint64_t offset) = 0;

  virtual Now now() const = 0;  // for what has just taken its time, as save() may: all else is decided at the moment it came
  virtual std::string make_run_id() = 0;
  virtual void note(std::string_view line) = 0;  // for the log
};

}  // namespace loads::broker
