#include "engine/http/event_parser.h"

#include <utility>

namespace loads::http {
namespace {

constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";

}  // namespace

bool EventParser::feed(std::string_view bytes) {
  for (const char c : bytes) {
    const bool second_of_two = std::exchange(after_cr_, c == '\r') && c == '\n';
    if (second_of_two) continue;
    if (c == '\r' || c == '\n') {
      end_line();
    } else {
      line_ += c;
    }
    if (line_.size() + event_.data.size() > kMostOfAnEvent) return false;
  }
  return true;
}

std::optional<Event> EventParser::next() {
  if (events_.empty()) return {};
  Event event = std::move(events_.front());
  events_.pop_front();
  return event;
}

void EventParser::end_line() {
  std::string_view line = line_;
  if (!std::exchange(begun_, true) && line.starts_with(kByteOrderMark)) line.remove_prefix(kByteOrderMark.size());
  if (line.empty()) {
    dispatch();
  } else if (const auto colon = line.find(':'); colon == std::string_view::npos) {
    field(line, {});
  } else {
    std::string_view value = line.substr(colon + 1);
    if (value.starts_with(' ')) value.remove_prefix(1);
    field(line.substr(0, colon), value);
  }
  line_.clear();
}

void EventParser::field(std::string_view name, std::string_view value) {
  if (name == "data") {
    if (std::exchange(has_data_, true)) event_.data += '\n';
    event_.data += value;
  } else if (name == "event") {
    event_.type = value;
  } else if (name == "id" && value.find('\0') == std::string_view::npos) {
    event_.id = value;
  }
}

void EventParser::dispatch() {
  if (std::exchange(has_data_, false)) {
    events_.push_back({event_.type.empty() ? "message" : std::move(event_.type), std::move(event_.data), event_.id});
  }
  event_.type.clear();
  event_.data.clear();
}

}  // namespace loads::http
