#include "engine/tls/pem.h"

#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/pem.h>

#include <stdexcept>

namespace loads::tls {
namespace {

struct FreeBio {
  void operator()(BIO* bio) const { BIO_free(bio); }
};
using Bio = std::unique_ptr<BIO, FreeBio>;

Bio reader_of(const std::string& pem) { return Bio(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size()))); }

// Nobody can be asked for a passphrase: OpenSSL's own callback would ask on the terminal.
int no_passphrase(char*, int, int, void*) { return -1; }

}  // namespace

std::vector<Certificate> read_certificates(const std::string& pem) {
  const Bio bio = reader_of(pem);
  std::vector<Certificate> found;
  while (X509* certificate = PEM_read_bio_X509(bio.get(), nullptr, no_passphrase, nullptr)) found.emplace_back(certificate);
  const auto code = ERR_peek_last_error();
  if (found.empty() || (ERR_GET_LIB(code) == ERR_LIB_PEM && ERR_GET_REASON(code) != PEM_R_NO_START_LINE))
    throw std::invalid_argument("no certificate in PEM form can be read (" + take_error() + ")");
  ERR_clear_error();
  return found;
}

Key read_key(const std::string& pem) {
  const Bio bio = reader_of(pem);
  Key key(PEM_read_bio_PrivateKey(bio.get(), nullptr, no_passphrase, nullptr));
  if (!key && pem.find("ENCRYPTED") != std::string::npos) {
    ERR_clear_error();
    throw std::invalid_argument("the private key has a passphrase: take it off, as \"openssl pkey\" does");
  }
  if (!key) throw std::invalid_argument("no private key in PEM form can be read (" + take_error() + ")");
  return key;
}

std::string take_error() {
  const char* reason = ERR_reason_error_string(ERR_peek_last_error());
  ERR_clear_error();
  return reason != nullptr ? reason : "unknown";
}

}  // namespace loads::tls
