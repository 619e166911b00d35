#pragma once

#include <filesystem>
#include <string>

#include "proto/wire/keys.h"
#include "proto/wire/role.h"

namespace loads::wire {

// Who belongs to a broker, kept as files in its folder of keys:
//
//   broker.key                                       the broker's own keys, 0600
//   authorised_keys.d/{agents,runners,viewers}/NAME.pub   one public key each: the file is the right to connect
//   credentials/NAME.key                             what is copied to the peer's machine: ONE file, 0600
//
// `loads-broker --keygen`, `--enroll ROLE NAME` and `--revoke NAME` are these functions. A running broker notices (see AuthorisedKeys). A
// name belongs to one peer, whatever its role. Every error is a loads::Failure with the id "keys".

struct Credential {
  Role role = Role::agent;
  std::string name;
  PeerKeys keys;
};

std::filesystem::path keygen(const std::filesystem::path& folder);  // the new broker.key; one that is there is never replaced
KeyPair read_broker_key(const std::filesystem::path& file);

// Authorises NAME and returns its credential file.
std::filesystem::path enroll(const std::filesystem::path& folder, Role role, const std::string& name);
void revoke(const std::filesystem::path& folder, const std::string& name);

Credential read_credential(const std::filesystem::path& file);

bool is_peer_name(const std::string& name);  // 1 to 64 of A-Z a-z 0-9 . _ -, and no dot at the beginning
std::filesystem::path authorised_folder(const std::filesystem::path& folder, Role role);

}  // namespace loads::wire
