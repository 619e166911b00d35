#pragma once

#include <memory>
#include <string>
#include <vector>

#include <openssl/evp.h>
#include <openssl/x509.h>

namespace loads::tls {

// Certificates and keys out of PEM text. They throw std::invalid_argument when there is none, or it cannot be read.

struct FreeOpenSsl {
  void operator()(X509* certificate) const { X509_free(certificate); }
  void operator()(EVP_PKEY* key) const { EVP_PKEY_free(key); }
};
using Certificate = std::unique_ptr<X509, FreeOpenSsl>;
using Key = std::unique_ptr<EVP_PKEY, FreeOpenSsl>;

std::vector<Certificate> read_certificates(const std::string& pem);  // in their order; other things in between are passed over
Key read_key(const std::string& pem);                                // without a passphrase

// What OpenSSL has to say of its last failure, and forgets then: "no start line".
std::string take_error();

}  // namespace loads::tls
