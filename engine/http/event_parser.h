#pragma once

#include <cstddef>
#include <deque>
#include <optional>
#include <string>
#include <string_view>

#include <loads/event.h>

namespace loads::http {

// Reads a text/event-stream as it comes (WHATWG HTML, 9.2.6). Comments, and events without data, are passed over. Pure; the bytes may be
// anybody's: what has come of an event, and is not yet one, is bounded.
class EventParser {
 public:
  static constexpr std::size_t kMostOfAnEvent = 1U << 20U;

  // False when an event is larger than that: nothing can be read any more.
  bool feed(std::string_view bytes);

  std::optional<Event> next();  // of those that have come whole

 private:
  void end_line();
  void field(std::string_view name, std::string_view value);
  void dispatch();

  std::string line_;
  bool begun_ = false;     // the byte order mark, which may come first, is behind us
  bool after_cr_ = false;  // a line feed that follows belongs to the line end before
  Event event_{"", "", ""};
  bool has_data_ = false;
  std::deque<Event> events_;
};

}  // namespace loads::http
