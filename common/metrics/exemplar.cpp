#include "common/metrics/exemplar.h"

#include <algorithm>
#include <functional>
#include <iterator>
#include <utility>

#include "common/metrics/bounded_text.h"

namespace loads::metrics {
namespace {

constexpr std::size_t kMostWord = 256;  // bytes of a method, a location or an address

void cut(std::string& text, std::size_t most) { text.resize(bounded(text, most).size()); }

void cut(Exemplar& exemplar) {
  cut(exemplar.name, kMostText);
  for (std::string* text : {&exemplar.method, &exemplar.location, &exemplar.address}) cut(*text, kMostWord);
  for (std::string* text : {&exemplar.url, &exemplar.request, &exemplar.answer}) cut(*text, ExemplarTable::kMostShown);
  cut(exemplar.message, ExemplarTable::kMostSaid);
}

// Of two that took equally long the earlier one, and so on: any two that differ have an order.
bool is_slower(const Exemplar& a, const Exemplar& b) { return a.total != b.total ? a.total > b.total : a < b; }

bool same_name(const Exemplar& a, const Exemplar& b) { return a.name == b.name; }

bool same_kind(const Exemplar& a, const Exemplar& b) {
  return a.status == b.status && a.error == b.error && a.name == b.name && a.location == b.location;
}

// Puts `one` in its place among `all`, which are in the order `before`: the first `most` of them, and of each group the first
// `most_of_group`. The same, whatever comes first: what is pushed out here would be pushed out anywhere.
template <typename Before, typename SameGroup>
void keep(std::vector<Exemplar>& all, Exemplar one, std::size_t most, std::size_t most_of_group, Before before, SameGroup same_group) {
  const auto place = std::lower_bound(all.begin(), all.end(), one, before);
  if (place != all.end() && *place == one) return;
  const auto added = all.insert(place, std::move(one));
  const auto is_in_group = [&](const Exemplar& other) { return same_group(*added, other); };
  if (static_cast<std::size_t>(std::count_if(all.begin(), all.end(), is_in_group)) > most_of_group) {
    all.erase(std::next(std::find_if(all.rbegin(), all.rend(), is_in_group)).base());
  } else if (all.size() > most) {
    all.pop_back();
  }
}

}  // namespace

void ExemplarTable::add(Exemplar exemplar) {
  cut(exemplar);
  if (exemplar.failed()) {
    keep(failed_, std::move(exemplar), kMostFailed, 1, std::less<>(), same_kind);
  } else {
    keep(slowest_, std::move(exemplar), kMostSlowest, kMostOfName, is_slower, same_name);
  }
}

void ExemplarTable::merge(const ExemplarTable& other) {
  for (const Exemplar& exemplar : other.slowest_) add(exemplar);
  for (const Exemplar& exemplar : other.failed_) add(exemplar);
}

bool ExemplarTable::lacks_failure(std::string_view name, int status, RequestError error, std::string_view location) const {
  return failed_.size() < kMostFailed && std::none_of(failed_.begin(), failed_.end(), [&](const Exemplar& known) {
           return known.status == status && known.error == error && known.name == name && known.location == location;
         });
}

}  // namespace loads::metrics
