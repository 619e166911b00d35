#include "engine/feed/deal.h"

namespace loads::feed {
namespace {

Part every(std::uint64_t stride, std::uint64_t first, std::uint64_t rows) {
  return {first, stride, first < rows ? (rows - first - 1) / stride + 1 : 0};
}

}  // namespace

Part part_of(std::uint64_t rows, const FeedOptions& options, const Place& place) {
  // Agents come first in the numbering, so that few rows are spread over all of them.
  const std::uint64_t number = place.user * place.agents + place.agent;
  // A run whose load was raised may have more users than the rows were split between.
  if (options.order == Order::unique) return place.user < place.most_users ? every(place.agents * place.most_users, number, rows) : Part{};
  switch (options.split) {
    case Split::agents: return every(place.agents, place.agent, rows);
    case Split::users: return every(place.agents * place.users, number, rows);
    default: return every(1, 0, rows);
  }
}

std::optional<std::uint64_t> next_row(const Part& part, Order order, std::uint64_t taken) {
  if (part.count == 0) return std::nullopt;
  if (order == Order::circular) return part.row(taken % part.count);
  if (taken >= part.count) return std::nullopt;
  return part.row(taken);
}

}  // namespace loads::feed
