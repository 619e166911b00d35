#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <vector>

#include "proto/wire/access.h"
#include "proto/wire/socket.h"

namespace loads::wire {

// Answers ZeroMQ's question, for every connection with keys, whether it may be made (RFC 27, ZAP): yes for an enrolled key at a door that
// its role uses. Agents come in by the backend alone; runners and viewers by the frontend and the publisher; who is at an ipc endpoint is
// let in without a User-Id. One per Context, made before its server sockets are bound, on the same thread; handshakes wait for serve().
class Zap {
 public:
  Zap(Context& context, AuthorisedKeys& keys);
  ~Zap();
  Zap(const Zap&) = delete;
  Zap& operator=(const Zap&) = delete;

  std::size_t serve();  // answers what is waiting, up to a bound, without blocking; how many that were

  zmq::socket_t& handle() { return *socket_; }  // for Poller

 private:
  bool answer_next();

  AuthorisedKeys& keys_;
  std::unique_ptr<zmq::socket_t> socket_;
};

// The answer to the parts of a request, whatever they are: the six parts of RFC 27.
std::vector<std::string> answer_zap(const std::vector<std::string>& request, AuthorisedKeys& keys);

}  // namespace loads::wire
