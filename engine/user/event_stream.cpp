#include <loads/event_stream.h>

#include <utility>

#include <loads/error.h>

#include "engine/http/event_parser.h"
#include "engine/message/quoted.h"

namespace loads {

class EventStream::Reader {
 public:
  http::EventParser parser;
};

EventStream::EventStream(Response response) : response_(std::move(response)), reader_(std::make_shared<Reader>()) {
  response_.raise_for_status();
  const std::string_view type = response_.header("Content-Type");
  if (!type.starts_with("text/event-stream"))
    throw InvalidAnswer(message::shortened(response_.url()) + " sends no events, but \"" + message::shortened(type) + "\"");
}

std::optional<Event> EventStream::next() {
  while (true) {
    if (auto event = reader_->parser.next()) return event;
    const auto piece = response_.next();
    if (!piece) return {};
    if (!reader_->parser.feed(*piece)) throw InvalidAnswer("an event of " + message::shortened(response_.url()) + " is larger than 1 MiB");
  }
}

}  // namespace loads
