#include "engine/user/standalone.h"

#include <cstdlib>
#include <memory>

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
  VirtualUser user{context, 0};
};

// Never destroyed: test objects may hold answers of its pool to the very end of the program.
thread_local Standalone* alone = nullptr;

}  // namespace

VirtualUser& standalone_user() {
  if (alone == nullptr) alone = std::make_unique<Standalone>().release();
  return alone->user;
}

VirtualUser* known_standalone_user() { return alone != nullptr ? &alone->user : nullptr; }

}  // namespace loads::user
