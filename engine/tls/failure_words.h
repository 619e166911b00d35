#pragma once

#include <string>

struct x509_store_ctx_st;

namespace loads::tls {

// Why the certificate of `host` has not passed, in words and with what to do about it:
//   "the certificate of example.org has expired on 2026-01-31."
std::string certificate_words(x509_store_ctx_st* verification, const std::string& host);

// What a connection was about when a call failed.
struct Failed {
  bool before_an_answer = false;       // of the handshake: the server has said nothing so far
  bool asked_for_certificate = false;  // by the server, and there was none
};

// Why the last call of OpenSSL has failed, likewise; takes its error queue.
std::string failure_words(const Failed& failed);

}  // namespace loads::tls
