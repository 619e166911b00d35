#pragma once

#include <cstdint>

namespace loads::http {

// Which requests may share a connection.
enum class ConnectionPolicy : std::uint8_t {
  per_user,     // those of a virtual user, as those of a browser
  shared,       // those of all users of a thread
  per_request,  // none
};

}  // namespace loads::http
