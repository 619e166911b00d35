// What a client does otherwise where many requests share a connection: HTTP/2.

#include "common/duration.h"
#include "engine/http/client.h"
#include "engine/http/exchange.h"

namespace loads::http {

using metrics::Phase;
using metrics::RequestError;

// A connection that is open or just being opened. None and no trouble: the caller is to open one.
Trouble Client::find_multiplexed(const net::Endpoint& endpoint, std::shared_ptr<Connection>& connection) {
  Trouble trouble;
  if (context_.settings.connections == ConnectionPolicy::per_request) return trouble;
  // The requests of one user wait for each other on one connection, as those of a browser do.
  const bool any = context_.settings.connections == ConnectionPolicy::per_user;
  do {
    connection = multiplexed().find(endpoint, any);
  } while (connection == nullptr && endpoint.may_multiplex && multiplexed().wait_for_opening(endpoint, context_.loop, trouble) && !trouble);
  return trouble;
}

// After the connection is there: by ALPN, or because the server is known to speak HTTP/2.
Trouble Client::agree_on_version(Connection& connection) {
  net::Endpoint& endpoint = *connection.endpoint;
  const tls::Session* tls = connection.stream.tls();
  const bool speaks_http2 = tls != nullptr ? tls->protocol() == "h2" : endpoint.may_multiplex;
  if (tls != nullptr && endpoint.http_version == net::HttpVersion::automatic) endpoint.may_multiplex = speaks_http2;
  if (speaks_http2) {
    connection.http2 = std::make_unique<http2::Connection>(context_.loop, connection.stream, context_.scratch(), connection.peer);
  } else if (tls != nullptr && endpoint.may_multiplex) {
    return {RequestError::tls, "tls " + connection.peer + ": the server does not offer the version of HTTP that was asked for"};
  }
  return {};
}

Trouble Client::exchange_multiplexed(Exchange& exchange, Connection& connection, fiber::TimePoint begin, bool kept, Retry& retry) {
  begin_waits(exchange);
  const http2::Request request = hand_over(exchange);
  Trouble trouble = conclude(exchange, connection, connection.http2->exchange(request, *exchange.answer), begin, kept, retry);
  if (trouble) note_address(exchange, connection);
  return trouble;
}

// What the connection gets of the request. It is to be taken at once: its head may be in the thread's memory.
http2::Request Client::hand_over(Exchange& exchange) {
  if (context_.settings.trace != TraceLevel::off) print_trace(trace_request(exchange.text, context_.settings.trace));
  const Target& target = *exchange.target;
  if (!exchange.is_plain()) context_.head.assign(exchange.text, target.endpoint->scheme());
  exchange.in_flight = true;
  context_.recorder.begin_send();
  exchange.answer.reset(context_.answers.take());
  const std::string_view body = exchange.is_plain() ? std::string_view() : exchange.text.substr(exchange.text.find("\r\n\r\n") + 4);
  return {.head = exchange.is_plain() ? target.plain_head() : context_.head,
          .body = {body, exchange.request.body.source},
          .limits = exchange.limits(),
          .has_company = batches_ > 0};
}

Trouble Client::conclude(Exchange& exchange, const Connection& connection, const http2::Outcome& outcome, fiber::TimePoint begin, bool kept,
                         Retry& retry) {
  exchange.record.bytes_sent += outcome.bytes_sent;
  exchange.record.bytes_received += outcome.bytes_received;
  if (outcome.error == RequestError::timeout) {
    const std::string within = format_duration(exchange.timeout);
    return {outcome.error, outcome.sent ? "no complete answer within " + within + " from " + connection.peer
                                        : "the request was not taken within " + within + " by " + connection.peer};
  }
  if (outcome.error != RequestError::none) {
    const bool unanswered = outcome.error == RequestError::closed && exchange.record.bytes_received == 0;
    if (outcome.unprocessed) {
      retry = outcome.error == RequestError::going_away ? Retry::anew : Retry::once;
    } else if (kept && unanswered && is_idempotent(exchange.request.method)) {
      retry = Retry::once;
    }
    return {outcome.error, outcome.message};
  }
  // An answer may come before the end of the request.
  const fiber::TimePoint sent_at = outcome.sent ? std::min(outcome.sent_at, outcome.first_byte) : outcome.first_byte;
  exchange.phase(Phase::send) += sent_at - begin;
  complete(exchange, connection, sent_at, outcome.first_byte, outcome.last_byte);
  return {};
}

}  // namespace loads::http
