// Feeder and Row: the faces of a feed::Feed, and of where the running user stands in it.

#include <loads/feeder.h>

#include <random>

#include "engine/feed/feed.h"
#include "engine/user/virtual_user.h"

namespace loads {
namespace {

using user::VirtualUser;

std::string rows_of(const feed::Feed& feed) {
  const std::size_t rows = feed.table().rows();
  return feed.name() + " has " + std::to_string(rows) + (rows == 1 ? " row" : " rows");
}

// " for 10 users at each of 2 agents". Never which of them: one message for all is one kind of trouble in the report.
std::string sharers_of(const feed::Feed& feed, const feed::Place& place) {
  const bool unique = feed.options().order == Order::unique;
  const std::string agents = std::to_string(place.agents) + " agents";
  if (!unique && feed.options().split == Split::none) return {};
  if (!unique && feed.options().split == Split::agents) return " for " + agents;
  const std::uint64_t users = unique ? place.most_users : place.users;
  return " for " + std::to_string(users) + (users == 1 ? " user" : " users") + (place.agents > 1 ? " at each of " + agents : "");
}

[[noreturn]] void refuse_row(const feed::Feed& feed, const feed::Part& part, const feed::Place& place) {
  const std::string shared = rows_of(feed) + sharers_of(feed, place);
  if (part.count == 0) throw EndOfRows(shared + ": there is none for this user", false);
  if (feed.options().order == Order::sequential) throw EndOfRows(shared + ": this user has had all of its own", true);
  throw EndOfRows(shared + ", and this user's are used up: in the order unique each row is used once in a run", false);
}

std::string names_of(const feed::Table& table) {
  std::string out;
  for (const std::string& name : table.names()) out.append(out.empty() ? "" : ", ").append(name);
  return out;
}

bool has_cell(const feed::Table& table, std::size_t row, std::string_view name) {
  const Json* document = table.document(row);
  return document != nullptr ? document->contains(name) : table.column(name).has_value();
}

std::optional<std::uint64_t> peek(feed::Feed& feed, VirtualUser& user, const feed::Part& part) {
  if (part.count == 0) return std::nullopt;
  return feed::next_row(part, feed.options().order, user.rows_taken(feed));
}

}  // namespace

FeedError::~FeedError() = default;
EndOfRows::~EndOfRows() = default;

Feeder csv(std::string_view file, const FeedOptions& options, const char* test) {
  return Feeder(feed::Feed::find(file, feed::Format::csv, options, test));
}

Feeder json(std::string_view file, const FeedOptions& options, const char* test) {
  return Feeder(feed::Feed::find(file, feed::Format::json, options, test));
}

Row Feeder::next() {
  VirtualUser& user = VirtualUser::current_or_alone();
  const feed::Part part = feed::part_of(size(), feed_->options(), user.place());
  if (feed_->options().order == Order::random && part.count > 0) {
    std::uniform_int_distribution<std::uint64_t> any(0, part.count - 1);
    return {feed_, part.row(any(user.random()))};
  }
  const auto row = peek(*feed_, user, part);
  if (!row) refuse_row(*feed_, part, user.place());
  ++user.rows_taken(*feed_);
  return {feed_, *row};
}

bool Feeder::has_next() const {
  VirtualUser& user = VirtualUser::current_or_alone();
  const feed::Part part = feed::part_of(size(), feed_->options(), user.place());
  return feed_->options().order == Order::random ? part.count > 0 : peek(*feed_, user, part).has_value();
}

Row Feeder::operator[](std::size_t index) const {
  if (index >= size()) throw FeedError(rows_of(*feed_) + ": there is none with the index " + std::to_string(index));
  return {feed_, index};
}

std::size_t Feeder::size() const { return feed_->table().rows(); }

bool Row::contains(std::string_view name) const { return has_cell(feed_->table(), index_, name); }

std::string_view Row::operator[](std::string_view name) const {
  const feed::Table& table = feed_->table();
  if (!contains(name)) throw FeedError("no \"" + std::string(name) + "\" in " + feed_->name() + ", which has " + names_of(table));
  return table.cell(index_, *table.column(name));
}

std::vector<std::pair<std::string, std::string>> Row::pairs() const {
  std::vector<std::pair<std::string, std::string>> out;
  for (const std::string& name : feed_->table().names()) {
    if (contains(name)) out.emplace_back(name, (*this)[name]);
  }
  return out;
}

Json Row::json() const {
  if (const Json* document = feed_->table().document(index_)) return *document;
  std::vector<Json::Member> members;
  for (auto& [name, value] : pairs()) members.emplace_back(name, value);
  return Json::object(members);
}

}  // namespace loads
