#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>

#include "proto/wire/role.h"

namespace loads::wire {

// The keys that may connect, read from authorised_keys.d and read again when a key was added or removed, so that --enroll and --revoke work
// on a running broker. A key is taken back by removing its file, at once and for connections that stand as well, as long as role_of() is
// asked for every message. Files that hold no key are skipped with a warning.
//
// A peer's User-Id is "role:name". When a name comes back with another key while the broker runs, it becomes "role:name/2" and so on: a
// connection with the old key does not live on under the new one's right.
//
// One thread. A change of the files holds from the next connection on, and for those that stand from the next refresh() on.
class AuthorisedKeys {
 public:
  // `folder`: the one that holds authorised_keys.d. Throws loads::Failure(exit_code::usage, ..., "keys") when others may write to it.
  explicit AuthorisedKeys(std::filesystem::path folder);

  std::optional<std::string> user_id_of(std::string_view public_key);  // of a key in Z85; nothing: it may not connect

  // Looks whether the files have changed: three stat() when they have not. Before each bunch of messages.
  void refresh();

  // What the sender of a message may do, by the User-Id that came with it; nothing: its right was taken back. An empty User-Id is that of
  // local peers, since over tcp nobody gets in without one (but with --insecure-no-auth).
  std::optional<Role> role_of(std::string_view user_id);

 private:
  using Stamp = std::array<std::chrono::nanoseconds, kEnrolledRoles.size()>;  // when the folders changed last

  struct History {  // of a name that was ever seen
    std::string key;
    std::uint32_t keys = 0;
  };

  Stamp stamp() const;
  bool may_have_changed(const Stamp& now) const;
  void read_role(Role role);
  void read_key(Role role, const std::filesystem::path& file);
  void skip(const std::filesystem::path& file, const std::string& why);
  std::string user_id(Role role, const std::string& name, const std::string& key);

  std::filesystem::path folder_;
  std::map<std::string, std::string, std::less<>> user_of_key_;
  std::map<std::string, Role, std::less<>> role_of_user_;
  std::map<std::string, History, std::less<>> history_;  // by "role:name"
  Stamp stamp_{};
  bool settled_ = false;          // a change after the last look would show in the stamp
  bool skipped_ = false;          // a file, which may be half copied
  std::set<std::string> warned_;  // of these files
  std::chrono::steady_clock::time_point read_at_;
};

// The role's name in "role:name" without what follows the /.
std::string_view peer_name(std::string_view user_id);  // "web-1" of "agent:web-1/2"; empty for local peers

// Refuses to open a tcp endpoint to everybody: throws loads::Failure(exit_code::usage, ..., "keys") unless there are keys or `insecure`,
// which is what --insecure-no-auth says.
void require_keys_for(const std::string& endpoint, bool have_keys, bool insecure);

}  // namespace loads::wire
