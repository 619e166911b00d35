// Several requests of a user at once.

#include <deque>
#include <vector>

#include <loads/error.h>

#include "engine/session/conversation.h"
#include "engine/session/journey.h"

namespace loads::session {

void Conversation::request_together(std::string_view base, std::span<Part> parts) {
  if (!has_nothing_to_add()) return;
  std::deque<http::MadeBody> bodies;
  std::vector<http::Client::Attempt> attempts;
  std::vector<Part*> attempted;
  attempts.reserve(parts.size());
  attempted.reserve(parts.size());
  for (Part& part : parts) {
    if (part.options.auth || !part.options.cookies.empty()) continue;
    http::Request request = http::request_with(part.method, base, part.url, part.options);
    try {
      request.body = bodies.emplace_back(part.options).view();
    } catch (const InvalidRequest&) {
      continue;  // request() says so
    }
    attempts.push_back({request});
    attempted.push_back(&part);
  }
  client_.request_together(attempts);
  for (std::size_t i = 0; i < attempts.size(); ++i) {
    Part& part = *attempted[i];
    part.made = attempts[i].made;
    part.answer = std::move(attempts[i].answer);
    part.error = attempts[i].error;
    if (part.answer != nullptr && (part.answer->notes & kAsksForMore) != 0) go_on(base, part);
  }
}

void Conversation::go_on(std::string_view base, Part& part) {
  try {
    part.answer.reset(Journey(*this, part.method, base, part.url, &part.options).run(std::move(part.answer)));
  } catch (const fiber::Cancelled&) {
    throw;
  } catch (...) {
    part.error = std::current_exception();
  }
}

}  // namespace loads::session
