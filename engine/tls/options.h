#pragma once

#include <string>

namespace loads::tls {

// How TLS connections are made. Certificates and keys are PEM text, not names of files, so that they can travel to another machine. A
// value.
struct Options {
  bool verify = true;       // whether the server has to prove who it is
  std::string authorities;  // who is trusted to say so; empty: whom the system trusts
  std::string certificate;  // shown to servers that ask for one, with its chain; empty: none
  std::string key;          // of the certificate
  bool resume = true;       // whether a later connection to a server shortens its handshake by what an earlier one has agreed upon

  bool operator==(const Options&) const = default;
};

}  // namespace loads::tls
