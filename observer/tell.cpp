#include "observer/tell.h"

namespace loads::observer {

Outcome tell(const proto::Observer& observer, const RunEnd& end, const Cancelled& cancelled) {
  if (observer.name == "webhook") return tell_webhook(observer, end, cancelled);
  if (observer.name == "email") return tell_email(observer, end, cancelled);
  if (observer.name == "command") return tell_command(observer, end, cancelled);
  return {"there is no observer \"" + observer.name + "\"", false};
}

}  // namespace loads::observer
