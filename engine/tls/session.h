#pragma once

#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "engine/fiber/tcp_stream.h"
#include "engine/tls/context.h"

struct ssl_st;
struct ssl_session_st;
struct x509_st;
struct x509_store_ctx_st;
struct evp_pkey_st;

namespace loads::tls {

// What a connection has agreed upon with its server for later ones (a session ticket). Kept by whoever opens connections, one for each
// server.
class Ticket {
 public:
  ~Ticket();
  bool empty() const { return session_ == nullptr; }

 private:
  friend class Session;
  struct Free {
    void operator()(ssl_session_st* session) const;
  };
  std::unique_ptr<ssl_session_st, Free> session_;
};

// Whom a connection is for.
struct Peer {
  std::string_view host;  // a name, or an address in figures: what its certificate has to be for
  std::string_view alpn;  // the protocols offered, as ALPN has them on the wire: each behind a byte of its length; empty: none
};

// TLS over a connected stream, by OpenSSL. The calls suspend the running fiber as those of the stream do, never within OpenSSL. One fiber
// may receive while another sends.
//
// A failure of TLS itself has the errno EPROTO; last_error() says it in words.
class Session {
 public:
  using IoResult = fiber::IoResult;

  // `ticket` may be null.
  Session(std::shared_ptr<const Context> context, fiber::TcpStream& stream, const Peer& peer, std::shared_ptr<Ticket> ticket);
  ~Session();  // tells the peer, when that can be done at once
  Session(const Session&) = delete;
  Session& operator=(const Session&) = delete;

  IoResult handshake();
  IoResult send(std::string_view bytes);
  IoResult receive(std::span<char> buffer);      // an end without the peer's word that it is one is ECONNRESET
  IoResult try_receive(std::span<char> buffer);  // does not suspend: End::timed_out is "not now"
  IoResult try_send(std::string_view bytes);     // likewise; some of them. The same bytes are tried again before others are
  bool has_pending() const;                      // bytes that are received but not read
  bool wait_readable();
  bool is_stale();

  const std::string& last_error() const { return error_; }
  std::string_view protocol() const;  // that ALPN has chosen: "h2"; empty: none
  std::string description() const;    // "TLSv1.3, TLS_AES_256_GCM_SHA384, resumed"

  // OpenSSL's callbacks.
  static int keep_ticket(ssl_st* ssl, ssl_session_st* session);
  static int verify(x509_store_ctx_st* verification, void*);
  static int note_wanted_certificate(ssl_st* ssl, x509_st** certificate, evp_pkey_st** key);

 private:
  struct Free {
    void operator()(ssl_st* ssl) const;
  };

  void aim_at(const Peer& peer);
  bool wait(int outcome, IoResult& result);
  IoResult at_once(int outcome);
  IoResult failure();

  std::shared_ptr<const Context> context_;
  fiber::TcpStream& stream_;
  std::string host_;
  std::shared_ptr<Ticket> ticket_;
  std::unique_ptr<ssl_st, Free> ssl_;
  std::string error_;
  bool established_ = false;
  bool broken_ = false;
  bool asked_for_certificate_ = false;
};

}  // namespace loads::tls
