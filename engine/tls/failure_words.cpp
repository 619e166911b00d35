#include "engine/tls/failure_words.h"

#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

#include <ctime>
#include <memory>

#include "engine/tls/pem.h"

namespace loads::tls {
namespace {

constexpr const char* kTrustIt = " --cacert FILE, or --insecure.";

std::string day_of(const ASN1_TIME* time) {
  std::tm day{};
  if (ASN1_TIME_to_tm(time, &day) != 1) return "an unknown day";
  char text[16];
  std::strftime(text, sizeof text, "%Y-%m-%d", &day);
  return text;
}

std::string issuer_of(const X509* certificate) {
  char text[256];
  X509_NAME* name = X509_get_issuer_name(certificate);
  if (X509_NAME_get_text_by_NID(name, NID_commonName, text, sizeof text) > 0) return text;
  return X509_NAME_get_text_by_NID(name, NID_organizationName, text, sizeof text) > 0 ? text : "an unnamed authority";
}

struct FreeNames {
  void operator()(GENERAL_NAMES* names) const { GENERAL_NAMES_free(names); }
};

void append_name(std::string& list, const GENERAL_NAME& name) {
  std::string text;
  if (name.type == GEN_DNS) {
    const ASN1_STRING* value = name.d.dNSName;
    text.assign(reinterpret_cast<const char*>(ASN1_STRING_get0_data(value)), static_cast<std::size_t>(ASN1_STRING_length(value)));
  } else if (name.type == GEN_IPADD && ASN1_STRING_length(name.d.iPAddress) == 4) {
    const unsigned char* bytes = ASN1_STRING_get0_data(name.d.iPAddress);
    for (int i = 0; i < 4; ++i) text += (i > 0 ? "." : "") + std::to_string(bytes[i]);
  }
  if (!text.empty()) list += (list.empty() ? "" : ", ") + text;
}

// Whom a certificate is for, the first few of them.
std::string names_of(const X509* certificate) {
  constexpr int kMost = 5;
  const std::unique_ptr<GENERAL_NAMES, FreeNames> names(
      static_cast<GENERAL_NAMES*>(X509_get_ext_d2i(certificate, NID_subject_alt_name, nullptr, nullptr)));
  std::string list;
  const int count = names ? sk_GENERAL_NAME_num(names.get()) : 0;
  for (int i = 0; i < count && i < kMost; ++i) append_name(list, *sk_GENERAL_NAME_value(names.get(), i));
  if (count > kMost) list += ", ...";
  return list.empty() ? "nobody by name" : list;
}

bool says_that_it_is_no_tls(int reason) {
  return reason == SSL_R_WRONG_VERSION_NUMBER || reason == SSL_R_HTTP_REQUEST || reason == SSL_R_PACKET_LENGTH_TOO_LONG ||
         reason == SSL_R_RECORD_LENGTH_MISMATCH || reason == SSL_R_BAD_RECORD_TYPE || reason == SSL_R_UNEXPECTED_MESSAGE;
}

bool wants_a_certificate(int reason) {
  return reason == SSL_R_TLSV13_ALERT_CERTIFICATE_REQUIRED || reason == SSL_R_SSLV3_ALERT_BAD_CERTIFICATE;
}

}  // namespace

std::string certificate_words(x509_store_ctx_st* verification, const std::string& host) {
  const std::string of_host = "the certificate of " + host;
  const int verdict = X509_STORE_CTX_get_error(verification);
  const X509* certificate = X509_STORE_CTX_get_current_cert(verification);
  if (certificate == nullptr) return of_host + " is not trusted: " + X509_verify_cert_error_string(verdict) + "." + kTrustIt;
  switch (verdict) {
    case X509_V_ERR_CERT_HAS_EXPIRED: return of_host + " has expired on " + day_of(X509_get0_notAfter(certificate)) + ".";
    case X509_V_ERR_CERT_NOT_YET_VALID: return of_host + " is not valid before " + day_of(X509_get0_notBefore(certificate)) + ".";
    case X509_V_ERR_HOSTNAME_MISMATCH:
    case X509_V_ERR_IP_ADDRESS_MISMATCH: return "the certificate that " + host + " shows is for " + names_of(certificate) + ".";
    case X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT: return of_host + " is not trusted: self-signed." + kTrustIt;
    case X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN:
    case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY:
    case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT:
    case X509_V_ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE:
      return of_host + " is not trusted: it was signed by \"" + issuer_of(certificate) + "\", which is unknown here." + kTrustIt;
    default: return of_host + " is not trusted: " + X509_verify_cert_error_string(verdict) + "." + kTrustIt;
  }
}

std::string failure_words(const Failed& failed) {
  const auto code = ERR_peek_error();
  const int reason = ERR_GET_LIB(code) == ERR_LIB_SSL ? ERR_GET_REASON(code) : 0;
  const std::string said = take_error();
  if (failed.before_an_answer && says_that_it_is_no_tls(reason)) return "the server does not speak TLS. Did you mean http://?";
  if (wants_a_certificate(reason) || (failed.asked_for_certificate && reason == SSL_R_SSLV3_ALERT_HANDSHAKE_FAILURE))
    return "the server wants a certificate of the client that it trusts: --cert FILE (" + said + ")";
  if (reason == SSL_R_TLSV1_ALERT_PROTOCOL_VERSION || reason == SSL_R_UNSUPPORTED_PROTOCOL)
    return "the server speaks neither TLS 1.2 nor 1.3 (" + said + ")";
  if (reason == SSL_R_TLSV1_ALERT_NO_APPLICATION_PROTOCOL)
    return "the server does not offer the version of HTTP that was asked for (" + said + ")";
  if (code == 0 || reason == SSL_R_UNEXPECTED_EOF_WHILE_READING) return "the server broke the connection off";
  return said;
}

}  // namespace loads::tls
