#pragma once

#include <openssl/err.h>
#include <openssl/ssl.h>

#include <csignal>
#include <cstdlib>
#include <functional>
#include <memory>
#include <stdexcept>
#include <string>
#include <string_view>

#include "support/certificates.h"
#include "support/scripted_server.h"

namespace loads::support {

// How a scripted server speaks TLS.
struct TlsServing {
  Certified certified;
  std::string client_authority{};  // who has to have issued the client's certificate; empty: it need not have one
  int version = 0;                 // the only one, such as TLS1_2_VERSION; 0: any
  std::string alpn{};              // the protocol that is chosen when the client offers it
};

// A connection as a server sees it over TLS, with OpenSSL's blocking calls. As support::Peer, which it stands on.
class TlsPeer {
 public:
  TlsPeer(Peer& peer, SSL_CTX* context) : peer_(peer), ssl_(SSL_new(context)) {
    std::signal(SIGPIPE, SIG_IGN);  // OpenSSL writes to a client that has gone as any program does
    SSL_set_fd(ssl_.get(), peer.descriptor());
    if (SSL_accept(ssl_.get()) != 1) throw Peer::Gone{};
  }

  std::string read_request() {
    std::size_t end = 0;
    while ((end = unread_.find("\r\n\r\n")) == std::string::npos) receive_more();
    std::string head = unread_.substr(0, end + 4);
    unread_.erase(0, end + 4);
    ++requests_;
    return head;
  }
  void send(std::string_view bytes) {
    if (SSL_write(ssl_.get(), bytes.data(), static_cast<int>(bytes.size())) <= 0) throw Peer::Gone{};
  }
  void say_goodbye() { SSL_shutdown(ssl_.get()); }
  void update_keys() { SSL_key_update(ssl_.get(), SSL_KEY_UPDATE_REQUESTED); }

  Peer& peer() { return peer_; }
  bool resumed() const { return SSL_session_reused(ssl_.get()) == 1; }
  std::string version() const { return SSL_get_version(ssl_.get()); }
  std::string server_name() const {
    const char* name = SSL_get_servername(ssl_.get(), TLSEXT_NAMETYPE_host_name);
    return name == nullptr ? "" : name;
  }
  std::string client_name() const {
    X509* certificate = SSL_get0_peer_certificate(ssl_.get());
    char name[128] = "";
    if (certificate != nullptr) X509_NAME_get_text_by_NID(X509_get_subject_name(certificate), NID_commonName, name, sizeof name);
    return name;
  }

 private:
  struct Free {
    void operator()(SSL* ssl) const { SSL_free(ssl); }
  };

  void receive_more() {
    char buffer[16384];
    const int got = SSL_read(ssl_.get(), buffer, sizeof buffer);
    if (got <= 0) throw Peer::Gone{};
    unread_.append(buffer, static_cast<std::size_t>(got));
  }

  Peer& peer_;
  std::unique_ptr<SSL, Free> ssl_;
  std::string unread_;
  std::size_t requests_ = 0;
};

namespace detail {

inline int choose_alpn(SSL*, const unsigned char** out, unsigned char* size, const unsigned char* offered, unsigned offered_size,
                       void* wanted) {
  const auto& name = *static_cast<const std::string*>(wanted);
  const std::string_view list(reinterpret_cast<const char*>(offered), offered_size);
  const auto at = list.find(std::string(1, static_cast<char>(name.size())) + name);
  if (at == std::string_view::npos) return SSL_TLSEXT_ERR_NOACK;
  *out = offered + at + 1;
  *size = static_cast<unsigned char>(name.size());
  return SSL_TLSEXT_ERR_OK;
}

inline X509* certificate_of(const std::string& pem) {
  BIO* bio = BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size()));
  X509* certificate = PEM_read_bio_X509(bio, nullptr, nullptr, nullptr);
  BIO_free(bio);
  return certificate;
}

inline std::shared_ptr<SSL_CTX> make_context(const std::shared_ptr<const TlsServing>& serving) {
  std::shared_ptr<SSL_CTX> context(SSL_CTX_new(TLS_server_method()), [serving](SSL_CTX* gone) { SSL_CTX_free(gone); });
  X509* certificate = certificate_of(serving->certified.certificate);
  SSL_CTX_use_certificate(context.get(), certificate);
  X509_free(certificate);
  BIO* bio = BIO_new_mem_buf(serving->certified.key.data(), static_cast<int>(serving->certified.key.size()));
  EVP_PKEY* key = PEM_read_bio_PrivateKey(bio, nullptr, nullptr, nullptr);
  BIO_free(bio);
  SSL_CTX_use_PrivateKey(context.get(), key);
  EVP_PKEY_free(key);
  SSL_CTX_set_session_id_context(context.get(), reinterpret_cast<const unsigned char*>("loads"), 5);
  if (serving->version != 0) {
    SSL_CTX_set_min_proto_version(context.get(), serving->version);
    SSL_CTX_set_max_proto_version(context.get(), serving->version);
  }
  if (!serving->alpn.empty()) SSL_CTX_set_alpn_select_cb(context.get(), choose_alpn, const_cast<std::string*>(&serving->alpn));
  if (!serving->client_authority.empty()) {
    X509* authority = certificate_of(serving->client_authority);
    X509_STORE_add_cert(SSL_CTX_get_cert_store(context.get()), authority);
    X509_free(authority);
    SSL_CTX_set_verify(context.get(), SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT, nullptr);
  }
  return context;
}

}  // namespace detail

// A script for a ScriptedServer whose connections speak TLS. When it returns the connection is closed as the script left it: without a
// goodbye unless it said one.
inline ScriptedServer::Script over_tls(TlsServing serving, std::function<void(TlsPeer&)> script) {
  const auto context = detail::make_context(std::make_shared<const TlsServing>(std::move(serving)));
  return [context, script = std::move(script)](Peer& peer) {
    TlsPeer tls(peer, context.get());
    script(tls);
  };
}

inline std::function<void(TlsPeer&)> answer_all_by_tls(std::string answer) {
  return [answer = std::move(answer)](TlsPeer& peer) {
    while (true) {
      peer.read_request();
      peer.send(answer);
    }
  };
}

inline std::string secure_url(const ScriptedServer& server, std::string_view host = "localhost", std::string_view path = "/") {
  return "https://" + std::string(host) + ":" + std::to_string(server.port()) + std::string(path);
}

}  // namespace loads::support
