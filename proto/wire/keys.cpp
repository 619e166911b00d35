#include "proto/wire/keys.h"

#include <array>
#include <system_error>
#include <zmq.hpp>

#include "common/failure.h"

namespace loads::wire {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kLetters = 40;
constexpr std::size_t kBytes = 32;

}  // namespace

KeyPair generate_keys() {
  std::array<char, kLetters + 1> public_key{};
  std::array<char, kLetters + 1> secret_key{};
  if (zmq_curve_keypair(public_key.data(), secret_key.data()) != 0) {
    throw Failure(exit_code::internal, "cannot make keys: this ZeroMQ was built without CURVE", "internal");
  }
  return {public_key.data(), secret_key.data()};
}

bool is_key(std::string_view text) {
  if (text.size() != kLetters) return false;
  std::array<std::uint8_t, kBytes> bytes{};
  return zmq_z85_decode(bytes.data(), std::string(text).c_str()) != nullptr;
}

std::string key_text(std::string_view bytes) {
  if (bytes.size() != kBytes) return {};
  std::array<char, kLetters + 1> text{};
  zmq_z85_encode(text.data(), reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size());
  return text.data();
}

fs::path default_keys_folder(const Environment& environment, bool root, const fs::path& etc) {
  std::error_code error;
  if (root && fs::is_directory(etc / "loads", error)) return etc / "loads";
  const fs::path config = variable(environment, "XDG_CONFIG_HOME");
  if (config.is_absolute()) return config / "loads";
  const fs::path home = variable(environment, "HOME");
  if (home.is_absolute()) return home / ".config/loads";
  throw Failure(exit_code::usage, "there is no folder for keys: HOME and XDG_CONFIG_HOME are not set. Set one of them", "keys");
}

fs::path default_broker_key(const Environment& environment, const fs::path& keys_folder) {
  const fs::path credentials = variable(environment, "CREDENTIALS_DIRECTORY");
  std::error_code error;
  if (credentials.is_absolute() && fs::exists(credentials / "broker.key", error)) return credentials / "broker.key";
  return keys_folder / "broker.key";
}

}  // namespace loads::wire
