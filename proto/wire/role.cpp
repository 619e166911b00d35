#include "proto/wire/role.h"

namespace loads::wire {

std::string_view role_name(Role role) {
  switch (role) {
    case Role::anyone_local: return "local";
    case Role::agent: return "agent";
    case Role::runner: return "runner";
    case Role::viewer: return "viewer";
  }
  return {};
}

std::string_view role_folder(Role role) {
  switch (role) {
    case Role::anyone_local: break;
    case Role::agent: return "agents";
    case Role::runner: return "runners";
    case Role::viewer: return "viewers";
  }
  return {};
}

std::optional<Role> parse_enrolled_role(std::string_view name) {
  for (const Role role : kEnrolledRoles) {
    if (role_name(role) == name) return role;
  }
  return std::nullopt;
}

}  // namespace loads::wire
