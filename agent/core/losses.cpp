#include "agent/core/losses.h"

#include <algorithm>

#include "common/duration.h"

namespace loads::agent {

Losses::Loss* Losses::find(std::string_view what) {
  const auto found = std::find_if(told_.begin(), told_.end(), [&](const Loss& loss) { return loss.what == what; });
  return found == told_.end() ? nullptr : &*found;
}

bool Losses::knows(std::string_view what) const {
  return std::any_of(told_.begin(), told_.end(), [&](const Loss& loss) { return loss.what == what; });
}

void Losses::add(const std::string& what, proto::Nanoseconds at) {
  ++count_;
  last_ = what;
  if (!knows(what) && told_.size() < kMost) told_.push_back({what, 0, {}, false});
  if (Loss* loss = find(what)) *loss = {what, loss->times + 1, at, false};
}

void Losses::replaced() {
  if (Loss* loss = find(last_)) loss->replaced = true;
}

// Whoever was not replaced is the last of all.
std::string Losses::Loss::text() const {
  const std::string after = "after " + format_clock(at);
  if (times == 1) return what + " (" + after + (replaced ? "; another worker has gone on)" : ")");
  return what + " (" + std::to_string(times) + " times, the last " + after + "; another worker has gone on after each" +
         (replaced ? ")" : " but the last)");
}

std::string Losses::text() const {
  std::string text;
  std::uint32_t told = 0;
  for (const Loss& loss : told_) {
    told += loss.times;
    text += (text.empty() ? "" : "; ") + loss.text();
  }
  return told == count_ ? text : text + "; " + std::to_string(count_) + " times in all";
}

}  // namespace loads::agent
