#pragma once

#include <openssl/bio.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

#include <memory>
#include <stdexcept>
#include <string>

namespace loads::support {

// A certificate and its private key, as PEM text.
struct Certified {
  std::string certificate;
  std::string key;
};

// Whose certificate, and from which day to which, counted from today.
struct CertificateOf {
  std::string name = "localhost";
  std::string alternatives = "DNS:localhost,IP:127.0.0.1";  // as OpenSSL's configuration has them
  int first_day = -1;
  int last_day = 30;
};

// An authority made for a test: what it has issued is good for those who trust it, and for nobody else.
class Authority {
 public:
  explicit Authority(const std::string& name = "Loads Test Authority") : key_(make_key()), certificate_(X509_new()) {
    fill(certificate_.get(), {name, "", -1, 30}, key_.get(), nullptr);
  }

  std::string pem() const { return certificate_text(certificate_.get()); }

  Certified issue(const CertificateOf& of = {}) const {
    const Key key = make_key();
    const Certificate certificate(X509_new());
    fill(certificate.get(), of, key.get(), this);
    return {certificate_text(certificate.get()), key_text(key.get())};
  }

  static Certified self_signed(const CertificateOf& of = {}) {
    const Key key = make_key();
    const Certificate certificate(X509_new());
    fill(certificate.get(), of, key.get(), nullptr);
    return {certificate_text(certificate.get()), key_text(key.get())};
  }

 private:
  struct Free {
    void operator()(X509* certificate) const { X509_free(certificate); }
    void operator()(EVP_PKEY* key) const { EVP_PKEY_free(key); }
    void operator()(BIO* bio) const { BIO_free(bio); }
  };
  using Certificate = std::unique_ptr<X509, Free>;
  using Key = std::unique_ptr<EVP_PKEY, Free>;
  using Bio = std::unique_ptr<BIO, Free>;

  static Key make_key() { return Key(EVP_EC_gen("P-256")); }

  // Signed by `issuer`; null: by its own key.
  static void fill(X509* certificate, const CertificateOf& of, EVP_PKEY* key, const Authority* issuer) {
    static long serial = 1;
    X509_set_version(certificate, 2);
    ASN1_INTEGER_set(X509_get_serialNumber(certificate), ++serial);
    X509_gmtime_adj(X509_getm_notBefore(certificate), of.first_day * 86'400L);
    X509_gmtime_adj(X509_getm_notAfter(certificate), of.last_day * 86'400L);
    X509_set_pubkey(certificate, key);
    X509_NAME_add_entry_by_txt(X509_get_subject_name(certificate), "CN", MBSTRING_UTF8,
                               reinterpret_cast<const unsigned char*>(of.name.c_str()), -1, -1, 0);
    X509_set_issuer_name(certificate,
                         issuer != nullptr ? X509_get_subject_name(issuer->certificate_.get()) : X509_get_subject_name(certificate));
    if (of.alternatives.empty()) {
      extend(certificate, NID_basic_constraints, "critical,CA:TRUE");
    } else {
      extend(certificate, NID_subject_alt_name, of.alternatives);
    }
    if (X509_sign(certificate, issuer != nullptr ? issuer->key_.get() : key, EVP_sha256()) == 0) throw std::runtime_error("cannot sign");
  }

  static void extend(X509* certificate, int what, const std::string& value) {
    X509_EXTENSION* extension = X509V3_EXT_conf_nid(nullptr, nullptr, what, value.c_str());
    X509_add_ext(certificate, extension, -1);
    X509_EXTENSION_free(extension);
  }

  static std::string text_of(BIO* bio) {
    char* data = nullptr;
    const long size = BIO_get_mem_data(bio, &data);
    return {data, static_cast<std::size_t>(size)};
  }
  static std::string certificate_text(X509* certificate) {
    const Bio bio(BIO_new(BIO_s_mem()));
    PEM_write_bio_X509(bio.get(), certificate);
    return text_of(bio.get());
  }
  static std::string key_text(EVP_PKEY* key) {
    const Bio bio(BIO_new(BIO_s_mem()));
    PEM_write_bio_PrivateKey(bio.get(), key, nullptr, nullptr, 0, nullptr, nullptr);
    return text_of(bio.get());
  }

  Key key_;
  Certificate certificate_;
};

}  // namespace loads::support
