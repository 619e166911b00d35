#include "engine/user/standalone.h"

#include <cstdlib>
#include <memory>
#include <utility>

#include "engine/dns/resolver.h"
#include "engine/user/context.h"
#include "engine/user/virtual_user.h"

namespace loads::user {
namespace {

struct Standalone {
  Standalone() {
    if (const char* url = std::getenv("LOADS_OPT_SERVER_URL")) settings.server_url = url;
  }

  Settings settings;
  dns::Resolver resolver{true};
  Context context{settings, resolver, 1};
  std::unique_ptr<VirtualUser> user = std::make_unique<VirtualUser>(context, 0);
};

// Not destroyed by itself: what is left of a test may need it to the very end of the program.
thread_local Standalone* alone = nullptr;

}  // namespace

VirtualUser& standalone_user() {
  if (alone == nullptr) alone = std::make_unique<Standalone>().release();
  return *alone->user;
}

void drop_standalone_user() {
  const std::unique_ptr<Standalone> dropped(std::exchange(alone, nullptr));
  if (dropped != nullptr) fiber::run_blocking(dropped->context.loop, [&] { dropped->user.reset(); });
}

void leave_standalone_user_to_parent() { alone = nullptr; }

VirtualUser* known_standalone_user() { return alone != nullptr ? alone->user.get() : nullptr; }

}  // namespace loads::user
