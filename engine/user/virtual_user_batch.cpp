// Requests of one user at once.

#include <algorithm>
#include <exception>
#include <span>

#include <loads/error.h>

#include "engine/fiber/children.h"
#include "engine/user/virtual_user.h"

namespace loads::user {
namespace {

constexpr std::size_t kMostAtOnce = 100;  // requests of a batch that are under way together

}  // namespace

std::vector<Response> VirtualUser::batch(const std::vector<BatchRequest>& requests) {
  std::vector<Response> responses(requests.size());
  std::vector<std::exception_ptr> errors(requests.size());
  blocking([&] { run_batch(requests, responses, errors); });
  const auto failed = std::find_if(errors.begin(), errors.end(), [](const std::exception_ptr& error) { return error != nullptr; });
  if (failed == errors.end()) return responses;
  try {
    std::rethrow_exception(*failed);
  } catch (const RequestFailed& error) {
    reported_ = error.what();
    throw;
  }
}

void VirtualUser::run_batch(const std::vector<BatchRequest>& requests, std::vector<Response>& responses,
                            std::vector<std::exception_ptr>& errors) {
  const http::Client::Batch batch(client_);
  std::vector<session::Conversation::Part> parts;
  parts.reserve(requests.size());
  for (const BatchRequest& one : requests) parts.push_back({one.method, one.url, one.options});
  for (std::size_t first = 0; first < parts.size(); first += kMostAtOnce) {
    conversation_.request_together(server_url(), std::span(parts).subspan(first, std::min(kMostAtOnce, parts.size() - first)));
  }
  std::size_t left = 0;
  for (std::size_t i = 0; i < parts.size(); ++i) {
    if (parts[i].answer != nullptr) responses[i] = Response(parts[i].answer.release());
    errors[i] = parts[i].error;
    if (!parts[i].made) ++left;
  }
  if (left == 0) return;
  // A fiber for each of the others.
  std::size_t next = 0;
  const auto work = [&] {
    while (next < requests.size()) {
      const std::size_t index = next++;
      if (parts[index].made) continue;
      try {
        const BatchRequest& one = requests[index];
        responses[index] = request(one.method, one.url, &one.options);
      } catch (const fiber::Cancelled&) {
        throw;
      } catch (...) {
        errors[index] = std::current_exception();
      }
    }
  };
  fiber::Children children(context_.loop);
  for (std::size_t i = 1; i < std::min(left, kMostAtOnce); ++i) children.spawn(work);
  work();  // the parent takes its part
  children.join();
}

}  // namespace loads::user
