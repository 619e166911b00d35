#include "engine/tls/session.h"

#include <arpa/inet.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

#include <algorithm>
#include <cerrno>
#include <limits>

#include "engine/tls/failure_words.h"
#include "engine/tls/stream_bio.h"

namespace loads::tls {
namespace {

using fiber::IoResult;

constexpr std::size_t kMostAtOnce = std::numeric_limits<int>::max();

IoResult timed_out() { return {IoResult::End::timed_out, 0, 0}; }
IoResult failed(int error) { return {IoResult::End::failed, error, 0}; }

// OpenSSL looks at both after a call, and other fibers of the thread have left theirs.
void clear_errors() {
  ERR_clear_error();
  errno = 0;
}

bool is_address(const std::string& host) {
  in6_addr address;
  return ::inet_pton(AF_INET, host.c_str(), &address) == 1 || ::inet_pton(AF_INET6, host.c_str(), &address) == 1;
}

}  // namespace

Ticket::~Ticket() = default;
void Ticket::Free::operator()(ssl_session_st* session) const { SSL_SESSION_free(session); }
void Session::Free::operator()(ssl_st* ssl) const { SSL_free(ssl); }

Session::Session(std::shared_ptr<const Context> context, fiber::TcpStream& stream, const Peer& peer, std::shared_ptr<Ticket> ticket)
    : context_(std::move(context)), stream_(stream), host_(peer.host), ticket_(std::move(ticket)), ssl_(SSL_new(context_->get())) {
  BIO* bio = make_stream_bio(stream);
  SSL_set_bio(ssl_.get(), bio, bio);
  SSL_set_app_data(ssl_.get(), this);
  aim_at(peer);
  if (ticket_ != nullptr && !ticket_->empty()) SSL_set_session(ssl_.get(), ticket_->session_.get());
}

void Session::aim_at(const Peer& peer) {
  if (is_address(host_)) {
    X509_VERIFY_PARAM_set1_ip_asc(SSL_get0_param(ssl_.get()), host_.c_str());
  } else {
    SSL_set_tlsext_host_name(ssl_.get(), host_.c_str());
    SSL_set1_host(ssl_.get(), host_.c_str());
    SSL_set_hostflags(ssl_.get(), X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS);
  }
  if (!peer.alpn.empty())
    SSL_set_alpn_protos(ssl_.get(), reinterpret_cast<const unsigned char*>(peer.alpn.data()), static_cast<unsigned>(peer.alpn.size()));
}

// Without the farewell OpenSSL would take the ticket for worthless.
Session::~Session() {
  ERR_clear_error();
  if (broken_ || !established_ || !stream_.is_open()) SSL_set_quiet_shutdown(ssl_.get(), 1);
  SSL_shutdown(ssl_.get());
  ERR_clear_error();
}

int Session::keep_ticket(ssl_st* ssl, ssl_session_st* session) {
  const auto* self = static_cast<const Session*>(SSL_get_app_data(ssl));
  if (self->ticket_ == nullptr) return 0;
  self->ticket_->session_.reset(session);
  return 1;  // it is ours now
}

int Session::verify(x509_store_ctx_st* verification, void*) {
  if (X509_verify_cert(verification) == 1) return 1;
  const void* ssl = X509_STORE_CTX_get_ex_data(verification, SSL_get_ex_data_X509_STORE_CTX_idx());
  auto* self = static_cast<Session*>(SSL_get_app_data(static_cast<const SSL*>(ssl)));
  self->error_ = certificate_words(verification, self->host_);
  return 0;
}

int Session::note_wanted_certificate(ssl_st* ssl, x509_st**, evp_pkey_st**) {
  static_cast<Session*>(SSL_get_app_data(ssl))->asked_for_certificate_ = true;
  return 0;  // there is none
}

IoResult Session::handshake() {
  IoResult result;
  while (true) {
    clear_errors();
    const int outcome = SSL_connect(ssl_.get());
    if (outcome == 1) {
      established_ = true;
      return {};
    }
    if (!wait(outcome, result)) return result;
  }
}

IoResult Session::send(std::string_view bytes) {
  const std::size_t total = bytes.size();
  IoResult result;
  while (!bytes.empty()) {
    clear_errors();
    const int outcome = SSL_write(ssl_.get(), bytes.data(), static_cast<int>(std::min(bytes.size(), kMostAtOnce)));
    if (outcome > 0) {
      bytes.remove_prefix(static_cast<std::size_t>(outcome));
      if (!bytes.empty() && !stream_.take_turns()) return timed_out();
    } else if (!wait(outcome, result)) {
      return result;
    }
  }
  return {IoResult::End::done, 0, total};
}

IoResult Session::receive(std::span<char> buffer) {
  IoResult result;
  while (true) {
    // A peer that sends as fast as we read would keep the deadline and the other fibers waiting. What OpenSSL has read ahead ends soon.
    if (stream_.has_more() && !stream_.take_turns()) return timed_out();
    clear_errors();
    const int outcome = SSL_read(ssl_.get(), buffer.data(), static_cast<int>(std::min(buffer.size(), kMostAtOnce)));
    if (outcome > 0) return {IoResult::End::done, 0, static_cast<std::size_t>(outcome)};
    if (!wait(outcome, result)) return result;
  }
}

IoResult Session::try_receive(std::span<char> buffer) {
  clear_errors();
  const int outcome = SSL_read(ssl_.get(), buffer.data(), static_cast<int>(std::min(buffer.size(), kMostAtOnce)));
  return at_once(outcome);
}

IoResult Session::try_send(std::string_view bytes) {
  clear_errors();
  const int outcome = SSL_write(ssl_.get(), bytes.data(), static_cast<int>(std::min(bytes.size(), kMostAtOnce)));
  return at_once(outcome);
}

// What a call of OpenSSL with this outcome comes to for those who do not wait.
IoResult Session::at_once(int outcome) {
  if (outcome > 0) return {IoResult::End::done, 0, static_cast<std::size_t>(outcome)};
  switch (SSL_get_error(ssl_.get(), outcome)) {
    case SSL_ERROR_WANT_READ:
    case SSL_ERROR_WANT_WRITE: return timed_out();
    case SSL_ERROR_ZERO_RETURN: return {IoResult::End::closed, 0, 0};
    default: return failure();
  }
}

bool Session::has_pending() const { return SSL_has_pending(ssl_.get()) != 0; }

bool Session::wait_readable() { return SSL_has_pending(ssl_.get()) != 0 || stream_.wait_for_more(); }

bool Session::is_stale() {
  if (stream_.is_hung_up()) return true;
  if (!stream_.has_more() && SSL_has_pending(ssl_.get()) == 0) return false;
  // A ticket, or an update of keys, is no word of the protocol above: reading takes it in and finds nothing.
  char byte = 0;
  clear_errors();
  const int outcome = SSL_peek(ssl_.get(), &byte, 1);
  return outcome > 0 || SSL_get_error(ssl_.get(), outcome) != SSL_ERROR_WANT_READ;
}

std::string_view Session::protocol() const {
  const unsigned char* name = nullptr;
  unsigned size = 0;
  SSL_get0_alpn_selected(ssl_.get(), &name, &size);
  return {reinterpret_cast<const char*>(name), size};
}

std::string Session::description() const {
  const std::string agreed = std::string(SSL_get_version(ssl_.get())) + ", " + SSL_get_cipher_name(ssl_.get());
  return SSL_session_reused(ssl_.get()) == 1 ? agreed + ", resumed" : agreed;
}

// After a call of OpenSSL with this outcome: true when it is to be made again, else `result` is how it ended.
bool Session::wait(int outcome, IoResult& result) {
  switch (SSL_get_error(ssl_.get(), outcome)) {
    case SSL_ERROR_WANT_READ:
      if (stream_.wait_for_more()) return true;
      result = timed_out();
      return false;
    case SSL_ERROR_WANT_WRITE:
      if (stream_.wait_for_room()) return true;
      result = timed_out();
      return false;
    case SSL_ERROR_ZERO_RETURN: result = {IoResult::End::closed, 0, 0}; return false;
    default: result = failure(); return false;
  }
}

IoResult Session::failure() {
  const int error = errno;
  broken_ = true;
  const auto code = ERR_peek_error();
  const bool cut_off = code == 0 || (ERR_GET_LIB(code) == ERR_LIB_SSL && ERR_GET_REASON(code) == SSL_R_UNEXPECTED_EOF_WHILE_READING);
  if (cut_off && established_) {
    ERR_clear_error();
    return failed(code != 0 || error == 0 ? ECONNRESET : error);
  }
  const bool before_an_answer = !established_ && SSL_get_state(ssl_.get()) == TLS_ST_CW_CLNT_HELLO;
  if (error_.empty()) error_ = failure_words({before_an_answer, asked_for_certificate_});
  ERR_clear_error();
  return failed(EPROTO);
}

}  // namespace loads::tls
