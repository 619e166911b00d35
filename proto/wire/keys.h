#pragma once

#include <filesystem>
#include <string>
#include <string_view>

#include "common/environment.h"

namespace loads::wire {

// CURVE keys as values, in Z85 (40 letters), and where they are kept. The files themselves are enrolment.h's.

struct KeyPair {
  std::string public_key;
  std::string secret_key;
};

// What a peer needs to connect: its own keys, and the broker's public key, so that it talks to no other.
struct PeerKeys {
  KeyPair own;
  std::string broker_key;
};

KeyPair generate_keys();
bool is_key(std::string_view text);            // 40 letters of Z85 that are 32 bytes
std::string key_text(std::string_view bytes);  // of the 32 bytes of a key

// The folder of keys: /etc/loads for root when it exists, else $XDG_CONFIG_HOME/loads, which is ~/.config/loads unless that is set. Throws
// loads::Failure(exit_code::usage, ..., "keys") when no variable tells a home.
std::filesystem::path default_keys_folder(const Environment& environment, bool root, const std::filesystem::path& etc = "/etc");

// The broker's secret: $CREDENTIALS_DIRECTORY/broker.key (systemd's, which only the service can read) when that is there, else broker.key
// in the folder of keys.
std::filesystem::path default_broker_key(const Environment& environment, const std::filesystem::path& keys_folder);

}  // namespace loads::wire
