#pragma once

#include <memory>
#include <optional>

#include <loads/event.h>
#include <loads/export.h>
#include <loads/response.h>

namespace loads {

// The events that a server sends (Server-Sent Events, text/event-stream), from Session::events(). The connection is closed with the last
// copy.
//   auto events = session.events("/prices");
//   while (auto event = events.next()) EXPECT_EQ(event->type, "price");
class LOADS_API EventStream {
 public:
  explicit EventStream(Response response);

  // Waits for the next event, at most RequestOptions::timeout for each piece of the stream; nothing when the server has ended it.
  std::optional<Event> next();

  const Response& response() const { return response_; }

 private:
  class Reader;

  Response response_;
  std::shared_ptr<Reader> reader_;
};

}  // namespace loads
