#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>

#include <loads/feeder.h>

namespace loads::feed {

// Which rows are whose: worked out from who one is, so that users, threads and agents share nothing. Pure.

// A virtual user among all of the run.
struct Place {
  std::uint64_t agent = 0;
  std::uint64_t agents = 1;
  std::uint64_t user = 0;        // of the agent's
  std::uint64_t users = 1;       // of an agent, in this step
  std::uint64_t most_users = 1;  // of an agent, in any step: rows that are taken once in the run are split between so many
};

// Every so-manieth row of a file.
struct Part {
  std::uint64_t first = 0;
  std::uint64_t stride = 1;
  std::uint64_t count = 0;

  std::uint64_t row(std::uint64_t index) const { return first + index * stride; }
};

Part part_of(std::uint64_t rows, const FeedOptions& options, const Place& place);

// The row that a user takes when it has taken `taken` before; none when it has had them all. Not for Order::random.
std::optional<std::uint64_t> next_row(const Part& part, Order order, std::uint64_t taken);

}  // namespace loads::feed
