#include "proto/wire/inlet.h"

#include <cerrno>
#include <cstdint>
#include <cstdio>
#include <cstring>
#include <zmq.hpp>

#include "common/failure.h"
#include "proto/wire/socket_options.h"

namespace loads::wire {
namespace {

constexpr int kEvents = ZMQ_EVENT_ACCEPTED | ZMQ_EVENT_DISCONNECTED;
constexpr int kBacklog = 8192;
// Messages of a peer. When the queue is full ZeroMQ reads no more of the socket, and if the peer goes then what is left in it is lost
// (4.3.4, stream_engine_base.cpp: in_event() while input is stopped). So it is as good as never full.
constexpr int kQueue = 1'000'000;

std::string address_for(zmq::socket_t& socket) {
  char text[64];
  std::snprintf(text, sizeof text, "inproc://loads-inlet-%p", socket.handle());
  return text;
}

bool receive_part(zmq::socket_t& socket, zmq::message_t& part) {
  int result = 0;
  do {
    result = zmq_msg_recv(part.handle(), socket.handle(), ZMQ_DONTWAIT);
  } while (result < 0 && zmq_errno() == EINTR);
  return result >= 0;
}

}  // namespace

Inlet::Inlet(Context& context, const std::string& endpoint) try
    : socket_(std::make_unique<zmq::socket_t>(context.handle(), zmq::socket_type::pull)),
      events_(std::make_unique<zmq::socket_t>(context.handle(), zmq::socket_type::pair)) {
  set_common_options(*socket_, kLargestMessage);
  socket_->set(zmq::sockopt::rcvhwm, kQueue);
  socket_->set(zmq::sockopt::backlog, kBacklog);
  events_->set(zmq::sockopt::linger, 0);
  events_->set(zmq::sockopt::rcvhwm, 0);  // none may be lost: they are counted
  const std::string address = address_for(*socket_);
  if (zmq_socket_monitor(socket_->handle(), address.c_str(), kEvents) != 0) throw zmq::error_t();
  events_->connect(address);
  socket_->bind(endpoint);
} catch (const zmq::error_t& error) {
  throw Failure(exit_code::local_resource, "cannot listen on " + endpoint + ": " + error.what(), "listen");
}

Inlet::~Inlet() { zmq_socket_monitor(socket_->handle(), nullptr, 0); }

// A message of several parts is none of ours: its first part says so to whoever reads it.
std::optional<std::string> Inlet::receive() {
  zmq::message_t first, surplus;
  if (!receive_part(*socket_, first)) return {};
  while (socket_->get(zmq::sockopt::rcvmore)) receive_part(*socket_, surplus);
  return std::string(first.data<char>(), first.size());
}

std::size_t Inlet::connections() {
  read_events();
  return connections_;
}

// An event is two parts: its number (16 bits) and value (32 bits), and the endpoint.
void Inlet::read_events() {
  zmq::message_t event, endpoint;
  while (receive_part(*events_, event)) {
    if (event.more()) receive_part(*events_, endpoint);
    std::uint16_t number = 0;
    if (event.size() < sizeof number) continue;
    std::memcpy(&number, event.data<char>(), sizeof number);
    if (number == ZMQ_EVENT_ACCEPTED) ++connections_;
    if (number == ZMQ_EVENT_DISCONNECTED && connections_ > 0) --connections_;
  }
}

}  // namespace loads::wire
