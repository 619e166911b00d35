#include "common/metrics/split.h"

#include <algorithm>
#include <string>
#include <utility>

namespace loads::metrics {
namespace {

constexpr std::size_t kText = 5;      // what a text takes beside its bytes
constexpr std::size_t kNumber = 9;    // a number
constexpr std::size_t kField = 32;    // a number with the name of its field
constexpr std::size_t kUnfold = 32;   // a part may take so many times its bytes when it is read: 16 MiB of the 32 that a reader gives
constexpr std::size_t kFields = 768;  // those that every RequestStats, or every slice, has

static_assert(kFields >= kField * 10 + kNumber * (kRequestErrors + kPhases) && kFields >= kField * 12 + kNumber * kOutcomes);

std::size_t size_of(std::string_view text) { return text.size() + kText; }
std::size_t size_of(const std::map<int, std::uint64_t>& counts) { return counts.size() * 2 * kNumber; }
std::size_t size_of(std::int64_t) { return kNumber; }
// Few values that are far apart take little on the wire and much memory.
std::size_t size_of(const Histogram& histogram) { return std::max(histogram.most_encoded_bytes() + kText, histogram.memory() / kUnfold); }
std::size_t size_of(const CheckStats&) { return 2 * kField; }
std::size_t size_of(const RequestStats& stats) {
  return kFields + size_of(stats.statuses) + size_of(stats.response_times) + size_of(stats.service_times);
}
std::size_t size_of(const SocketStats& stats) { return kNumber * (kSocketErrors + 8) + size_of(stats.round_trips); }
std::size_t size_of(const ArrivalStats& stats) { return kField + size_of(stats.late) + size_of(stats.waited); }
std::size_t size_of(const Problem& problem) {
  return 8 * kField + size_of(problem.message) + size_of(problem.location) + size_of(problem.request);
}
std::size_t size_of(const Exemplar& exemplar) {
  std::size_t texts = 0;
  for (const std::string* text : {&exemplar.name, &exemplar.location, &exemplar.message, &exemplar.method, &exemplar.url, &exemplar.address,
                                  &exemplar.request, &exemplar.answer})
    texts += size_of(*text);
  return kFields + texts;
}

// Fills one part after another.
class Splitter {
 public:
  Splitter(const Slice& whole, std::size_t most) : step_(whole.step), warm_up_(whole.warm_up), most_(most) { begin_part(); }

  // The part that has room for `size` more.
  Slice& part_for(std::size_t size) {
    if (size > most_ - std::min(filled_, most_) && !parts_.back().empty()) begin_part();
    filled_ += size;
    return parts_.back();
  }

  template <typename T>
  void deal(Slice::ByName<T>& table, Slice::ByName<T> Slice::*where) {
    while (!table.empty()) {
      auto node = table.extract(table.begin());
      Slice& part = part_for(size_of(node.key()) + size_of(node.mapped()));
      (part.*where).insert((part.*where).end(), std::move(node));
    }
  }

  std::vector<Slice> take() { return std::move(parts_); }

 private:
  void begin_part() {
    Slice& part = parts_.emplace_back();
    part.step = step_;
    part.warm_up = warm_up_;
    filled_ = kFields;
  }

  const std::uint32_t step_;
  const bool warm_up_;
  const std::size_t most_;
  std::vector<Slice> parts_;
  std::size_t filled_ = 0;  // of the last part
};

}  // namespace

std::vector<Slice> split(Slice&& whole, std::size_t most) {
  Splitter splitter(whole, most);
  Slice& first = splitter.part_for(size_of(whole.unread_statuses) + size_of(whole.sockets) + size_of(whole.arrivals));
  first.outcomes = whole.outcomes;
  first.unread_statuses = std::move(whole.unread_statuses);
  first.sockets = std::move(whole.sockets);
  first.arrivals = std::move(whole.arrivals);
  for (Problem& problem : whole.problems.worst_first()) {
    Slice& part = splitter.part_for(size_of(problem));
    part.problems.add(std::move(problem));
  }
  for (const auto* table : {&whole.exemplars.slowest(), &whole.exemplars.failed()}) {
    for (const Exemplar& exemplar : *table) splitter.part_for(size_of(exemplar)).exemplars.add(exemplar);
  }
  splitter.deal(whole.requests, &Slice::requests);
  splitter.deal(whole.counters, &Slice::counters);
  splitter.deal(whole.trends, &Slice::trends);
  splitter.deal(whole.checks, &Slice::checks);
  return splitter.take();
}

}  // namespace loads::metrics
