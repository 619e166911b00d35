#include "engine/tls/context.h"

#include <openssl/err.h>
#include <openssl/ssl.h>

#include <mutex>
#include <stdexcept>

#include "engine/tls/pem.h"
#include "engine/tls/session.h"

namespace loads::tls {
namespace {

struct FreeStore {
  void operator()(X509_STORE* store) const { X509_STORE_free(store); }
};
using Store = std::unique_ptr<X509_STORE, FreeStore>;

Store make_system_store() {
  Store store(X509_STORE_new());
  X509_STORE_set_default_paths(store.get());  // none found: then nobody is trusted, and the handshake says so
  ERR_clear_error();
  return store;
}

// Never freed: contexts of threads that outlive main() may still hold on to it.
X509_STORE* system_store() {
  static X509_STORE* const store = make_system_store().release();
  return store;
}

Store store_of(const std::string& pem) {
  Store store(X509_STORE_new());
  for (const Certificate& certificate : read_certificates(pem)) X509_STORE_add_cert(store.get(), certificate.get());
  return store;
}

}  // namespace

void Context::Free::operator()(ssl_ctx_st* context) const { SSL_CTX_free(context); }

Context::Context(const Options& options) : options_(options), context_(SSL_CTX_new(TLS_client_method())) {
  if (!context_) throw std::invalid_argument("OpenSSL cannot be used: " + take_error());
  SSL_CTX* context = context_.get();
  SSL_CTX_set_min_proto_version(context, TLS1_2_VERSION);
  // A buffer lives as long as there is something in it: an idle connection takes some 20 kB instead of 54.
  SSL_CTX_set_mode(context, SSL_MODE_RELEASE_BUFFERS | SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
  SSL_CTX_set_read_ahead(context, 1);  // one recv() for what has come, not one for each record's head and body
  trust();
  SSL_CTX_set_client_cert_cb(context, Session::note_wanted_certificate);  // called when there is none
  if (!options_.certificate.empty() || !options_.key.empty()) use_certificate();
  if (options_.resume) {
    SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_CLIENT | SSL_SESS_CACHE_NO_INTERNAL);
    SSL_CTX_sess_set_new_cb(context, Session::keep_ticket);
  } else {
    SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_OFF);
    SSL_CTX_set_options(context, SSL_OP_NO_TICKET);
  }
}

Context::~Context() = default;

void Context::trust() {
  SSL_CTX_set_verify(context_.get(), options_.verify ? SSL_VERIFY_PEER : SSL_VERIFY_NONE, nullptr);
  if (!options_.verify) return;
  SSL_CTX_set_cert_verify_callback(context_.get(), Session::verify, nullptr);
  if (options_.authorities.empty()) {
    SSL_CTX_set1_cert_store(context_.get(), system_store());
  } else {
    SSL_CTX_set_cert_store(context_.get(), store_of(options_.authorities).release());
  }
}

void Context::use_certificate() {
  if (options_.certificate.empty()) throw std::invalid_argument("there is a private key, but no certificate that it belongs to");
  const auto chain = read_certificates(options_.certificate);
  const Key key = read_key(options_.key.empty() ? options_.certificate : options_.key);
  SSL_CTX_use_certificate(context_.get(), chain.front().get());
  for (std::size_t i = 1; i < chain.size(); ++i) SSL_CTX_add1_chain_cert(context_.get(), chain[i].get());
  if (SSL_CTX_use_PrivateKey(context_.get(), key.get()) != 1 || SSL_CTX_check_private_key(context_.get()) != 1) {
    ERR_clear_error();
    throw std::invalid_argument("the private key does not belong to the certificate");
  }
}

}  // namespace loads::tls
