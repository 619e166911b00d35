#include "proto/wire/handshake_monitor.h"

#include <cerrno>
#include <cstring>
#include <system_error>
#include <zmq.hpp>

#include "common/failure.h"

namespace loads::wire {
namespace {

constexpr int kEvents =
    ZMQ_EVENT_HANDSHAKE_FAILED_NO_DETAIL | ZMQ_EVENT_HANDSHAKE_FAILED_PROTOCOL | ZMQ_EVENT_HANDSHAKE_FAILED_AUTH | ZMQ_EVENT_ACCEPT_FAILED;
constexpr std::chrono::seconds kBetweenReports{1};
constexpr int kEventsAtOnce = 1024;  // the rest waits for the next turn

std::string address_for(zmq::socket_t& socket) {
  char text[64];
  std::snprintf(text, sizeof text, "inproc://loads-monitor-%p", socket.handle());
  return text;
}

void append(std::string& line, std::uint64_t count, const char* what) {
  if (count > 0) line += (line.empty() ? "" : ", ") + std::to_string(count) + what;
}

}  // namespace

HandshakeMonitor::HandshakeMonitor(Context& context, Socket& socket)
    : socket_(socket.handle()), events_(std::make_unique<zmq::socket_t>(context.handle(), zmq::socket_type::pair)) {
  const std::string address = address_for(socket_);
  events_->set(zmq::sockopt::linger, 0);
  if (zmq_socket_monitor(socket_.handle(), address.c_str(), kEvents) != 0) {
    throw Failure(exit_code::internal, std::string("cannot watch a socket: ") + zmq_strerror(zmq_errno()), "internal");
  }
  events_->connect(address);
}

HandshakeMonitor::~HandshakeMonitor() { zmq_socket_monitor(socket_.handle(), nullptr, 0); }

// An event is two parts: its number (16 bits) and value (32 bits), and the endpoint.
void HandshakeMonitor::read_events() {
  zmq::message_t event;
  zmq::message_t endpoint;
  for (int i = 0; i < kEventsAtOnce; ++i) {
    if (zmq_msg_recv(event.handle(), events_->handle(), ZMQ_DONTWAIT) < 0) return;
    if (event.more()) (void)zmq_msg_recv(endpoint.handle(), events_->handle(), ZMQ_DONTWAIT);
    std::uint16_t number = 0;
    std::uint32_t value = 0;
    if (event.size() < sizeof number + sizeof value) continue;
    std::memcpy(&number, event.data<char>(), sizeof number);
    std::memcpy(&value, event.data<char>() + sizeof number, sizeof value);
    count(number, value);
  }
}

void HandshakeMonitor::count(std::uint16_t event, std::uint32_t value) {
  switch (event) {
    case ZMQ_EVENT_HANDSHAKE_FAILED_AUTH: ++refused_.unauthorised; break;
    case ZMQ_EVENT_HANDSHAKE_FAILED_PROTOCOL: ++refused_.protocol; break;
    case ZMQ_EVENT_HANDSHAKE_FAILED_NO_DETAIL: ++refused_.unfinished; break;
    case ZMQ_EVENT_ACCEPT_FAILED:
      ++refused_.unaccepted;
      refused_.accept_error = static_cast<int>(value);
      break;
    default: break;
  }
}

std::string HandshakeMonitor::report(std::chrono::steady_clock::time_point now) {
  if (refused_.total() == reported_.total() || now < next_report_) return {};
  std::string reasons;
  append(reasons, refused_.unauthorised - reported_.unauthorised, " with a key that is not enrolled for it");
  append(reasons, refused_.protocol - reported_.protocol, " without the right keys");
  append(reasons, refused_.unfinished - reported_.unfinished, " that broke off");
  if (refused_.unaccepted != reported_.unaccepted) {
    append(reasons, refused_.unaccepted - reported_.unaccepted, " that could not be accepted (");
    reasons += std::generic_category().message(refused_.accept_error) + ")";
  }
  reported_ = refused_;
  next_report_ = now + kBetweenReports;
  return "connections refused at " + socket_.get(zmq::sockopt::last_endpoint) + ": " + reasons;
}

}  // namespace loads::wire
