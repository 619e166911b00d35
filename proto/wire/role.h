#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

namespace loads::wire {

// What a peer may be. The role comes from the key that a peer proved to have, never from what it says.
enum class Role : std::uint8_t {
  anyone_local,  // came over ipc, where the folder's permissions are the proof; may do everything
  agent,
  runner,
  viewer,
};

inline constexpr std::array kEnrolledRoles{Role::agent, Role::runner, Role::viewer};

std::string_view role_name(Role role);                           // "agent"; "local" for anyone_local
std::string_view role_folder(Role role);                         // "agents": below authorised_keys.d; of the enrolled roles
std::optional<Role> parse_enrolled_role(std::string_view name);  // of "agent", "runner", "viewer"

}  // namespace loads::wire
