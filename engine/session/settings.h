#pragma once

#include <cstdint>
#include <memory>

#include "engine/session/netrc.h"

namespace loads::session {

// What the sessions of a run have in common.
struct ConversationSettings {
  std::shared_ptr<const Netrc> netrc{};  // where passwords are looked up; null: nowhere
  std::uint32_t max_redirects = 30;      // that one request follows
};

}  // namespace loads::session
