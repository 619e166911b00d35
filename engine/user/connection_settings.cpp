#include "engine/user/connection_settings.h"

#include <sys/socket.h>

#include <cerrno>
#include <cstring>
#include <stdexcept>

#include "common/descriptor.h"
#include "common/failure.h"
#include "engine/dns/address.h"
#include "engine/tls/context.h"

namespace loads::user {
namespace {

void check_local_address(const std::string& text) {
  const auto address = dns::Address::parse(text, 0);
  const Descriptor socket(address ? ::socket(address->family(), SOCK_STREAM | SOCK_CLOEXEC, 0) : -1);
  if (address && ::bind(socket.get(), address->data(), address->size()) == 0) return;
  throw Failure(exit_code::local_resource,
                "cannot connect from " + text + ": " + (address ? std::strerror(errno) : "it is no address in figures") + ".",
                "local-address");
}

// Those that were given.
std::string options_of(const tls::Options& given) {
  std::string text;
  const auto add = [&](const std::string& content, const char* option) {
    if (!content.empty()) text += (text.empty() ? "" : ", ") + std::string(option);
  };
  add(given.authorities, "--cacert");
  add(given.certificate, "--cert");
  add(given.key, "--cert-key");
  return text;
}

}  // namespace

void check_certificates(const ConnectionSettings& settings) {
  if (settings.options.tls == tls::Options()) return;
  try {
    const tls::Context made(settings.options.tls);
  } catch (const std::invalid_argument& error) {
    throw Failure(exit_code::usage, options_of(settings.options.tls) + ": " + error.what() + ".", "options");
  }
}

void check_local_addresses(const ConnectionSettings& settings) {
  for (const std::string& address : settings.local_addresses) check_local_address(address);
}

}  // namespace loads::user
