#include "engine/net/stream.h"

#include <cerrno>
#include <cstring>
#include <utility>

namespace loads::net {

fiber::IoResult Stream::start_tls(std::shared_ptr<const tls::Context> context, const tls::Peer& peer, std::shared_ptr<tls::Ticket> ticket) {
  tls_ = std::make_unique<tls::Session>(std::move(context), socket_, peer, std::move(ticket));
  return tls_->handshake();
}

void Stream::close() {
  tls_.reset();
  socket_.close();
}

std::string Stream::why(int error) const {
  if (error == EPROTO && tls_ && !tls_->last_error().empty()) return tls_->last_error();
  return std::strerror(error);
}

}  // namespace loads::net
