#include "broker/import/shelf_outside.h"

#include "common/failure.h"
#include "common/log.h"

namespace loads::broker {

Now ShelfOutside::now() const {
  return {std::chrono::duration_cast<proto::Nanoseconds>(std::chrono::steady_clock::now().time_since_epoch()),
          std::chrono::system_clock::now()};
}

void ShelfOutside::commit() { check(shelf_.commit().empty()); }

void ShelfOutside::note(std::string_view line) { log::debug(line); }

bool ShelfOutside::check(bool done) const {
  if (!done)
    throw Failure(exit_code::local_resource, shelf_.trouble() + ". What was imported before is; make room, and import again.",
                  "broker-disk");
  return true;
}

}  // namespace loads::broker
