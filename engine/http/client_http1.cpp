// What a client does on a connection that it has to itself: HTTP/1.1.

#include <utility>

#include "common/duration.h"
#include "engine/http/body_stream.h"
#include "engine/http/client.h"
#include "engine/http/exchange.h"

namespace loads::http {

using metrics::Phase;
using metrics::RequestError;

namespace {

constexpr std::size_t kPieceOfBody = 64 * 1024;  // sent at a time, of a body that is made while it is sent

}  // namespace

Trouble Client::send_and_receive(Exchange& exchange, std::unique_ptr<Connection>& connection, fiber::TimePoint begin) {
  connection->reusable = false;
  begin_waits(exchange);
  fiber::TimePoint sent_at;
  bool sent_whole = false;
  if (Trouble trouble = send_request(exchange, *connection, begin, sent_at, sent_whole)) return trouble;
  if (exchange.streams()) return receive_head(exchange, connection, sent_at);
  const Received received = receive_answer(connection->stream, context_.scratch(), exchange.limits(), *exchange.answer);
  exchange.record.bytes_received += received.bytes;
  if (received.end != Received::End::complete) return trouble_of(received, *connection, exchange.timeout);
  complete(exchange, *connection, sent_at, received.first_byte, received.last_byte);
  connection->reusable = received.keep_alive && sent_whole;
  return {};
}

Trouble Client::send_request(Exchange& exchange, Connection& connection, fiber::TimePoint begin, fiber::TimePoint& sent_at, bool& whole) {
  if (context_.settings.trace != TraceLevel::off) print_trace(trace_request(exchange.text, context_.settings.trace));
  exchange.in_flight = true;
  context_.recorder.begin_send();
  const bool in_pieces = exchange.request.body.source != nullptr;
  const fiber::IoResult sent = in_pieces ? send_in_pieces(exchange, connection) : connection.stream.send(exchange.text);
  sent_at = fiber::Clock::now();
  exchange.phase(Phase::send) += sent_at - begin;
  whole = sent.ok();
  if (sent.end == fiber::IoResult::End::timed_out)
    return {RequestError::timeout, "the request was not taken within " + format_duration(exchange.timeout) + " by " + connection.peer};
  exchange.record.bytes_sent += sent.bytes;
  // A server that refuses a large body may answer and close while it is being sent: the answer counts, if it came.
  if (!connection.stream.wait_readable())
    return {RequestError::timeout, "no answer within " + format_duration(exchange.timeout) + " from " + connection.peer};
  exchange.answer.reset(context_.answers.take());
  return {};
}

// The rest follows when the test asks for it, and the request is recorded then.
Trouble Client::receive_head(Exchange& exchange, std::unique_ptr<Connection>& connection, fiber::TimePoint sent_at) {
  Answer& answer = *exchange.answer;
  auto receiver = PieceReceiver::make(connection->stream, context_.scratch(), exchange.request.method != "HEAD", answer);
  const bool has_come = receiver->head();
  const Received& received = receiver->result();
  if (!has_come) {
    exchange.record.bytes_received += received.bytes;
    return trouble_of(received, *connection, exchange.timeout);
  }
  complete(exchange, *connection, sent_at, received.first_byte, received.first_byte);
  if (exchange.exemplar == nullptr) describe(exchange, connection->peer);  // nobody knows yet how long the body will take
  const Accounts accounts = exchange;
  exchange.in_flight = false;  // the stream has it from here on
  answer.rest = std::make_unique<BodyStream>(*this, accounts, std::move(exchange.exemplar), std::move(connection), std::move(receiver),
                                             answer, !exchange.request.as_sent);
  return {};
}

fiber::IoResult Client::send_in_pieces(const Exchange& exchange, Connection& connection) {
  const fiber::IoResult sent = connection.stream.send(exchange.text);
  if (!sent.ok()) return sent;
  const fiber::IoResult rest = send_pieces(*exchange.request.body.source, connection);
  return {rest.end, rest.error, sent.bytes + rest.bytes};
}

fiber::IoResult Client::send_pieces(BodySource& source, Connection& connection) {
  const auto buffer = std::make_unique_for_overwrite<char[]>(kPieceOfBody);  // the thread's scratch does not outlive a wait
  std::size_t bytes = 0;
  source.rewind();
  while (const std::size_t size = source.read({buffer.get(), kPieceOfBody})) {
    const fiber::IoResult sent = connection.stream.send({buffer.get(), size});
    bytes += sent.bytes;
    if (!sent.ok()) return {sent.end, sent.error, bytes};
  }
  return {fiber::IoResult::End::done, 0, bytes};
}

// The connection of a web socket is its own from here on.
void Client::hand_upgraded(const Exchange& exchange, std::unique_ptr<Connection> connection) {
  Upgrade& upgrade = *exchange.request.upgrade;
  upgrade.peer = connection->peer;
  const std::shared_ptr<Connection> owner = std::move(connection);
  upgrade.stream = {owner, &owner->stream};
}

}  // namespace loads::http
