#pragma once

#include <string>

namespace loads {

// What a server has sent as an event of a text/event-stream.
struct Event {
  std::string type = "message";  // its field "event"
  std::string data;              // lines are joined by line breaks
  std::string id;                // the last that was sent, by this event or one before it
};

}  // namespace loads
