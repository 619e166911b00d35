#include "observer/tell.h"
#include "observer/transfer.h"

namespace loads::observer {
namespace {

constexpr long kTooEarly = 408;
constexpr long kTooMany = 429;

}  // namespace

Outcome tell_webhook(const proto::Observer& observer, const RunEnd& end, const Cancelled& cancelled) {
  Transfer transfer(observer.url, cancelled);
  transfer.post(to_json(end), {"Content-Type: application/json", "Idempotency-Key: " + key_of(end)});
  if (const std::string error = transfer.run(); !error.empty()) return {"the webhook could not be told: " + error, true};
  const long status = transfer.status();
  if (status >= 200 && status < 300) return {};
  // What was wrong with the request will be wrong with it again.
  return {"the webhook answered " + std::to_string(status), status >= 500 || status == kTooEarly || status == kTooMany};
}

}  // namespace loads::observer
