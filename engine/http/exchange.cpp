#include "engine/http/exchange.h"

#include <cerrno>

#include <loads/error.h>

#include "common/duration.h"

namespace loads::http {

using metrics::RequestError;

net::Trouble trouble_of(const Received& received, const Connection& connection, fiber::Duration timeout) {
  const std::string& peer = connection.peer;
  switch (received.end) {
    case Received::End::complete: break;
    case Received::End::closed_before: return {RequestError::closed, peer + " closed the connection without an answer"};
    case Received::End::closed_within: return {RequestError::closed, peer + " closed the connection in the middle of its answer"};
    case Received::End::timed_out:
      return {RequestError::timeout, "no complete answer within " + format_duration(timeout) + " from " + peer};
    case Received::End::failed:
      return {received.error == EPROTO ? RequestError::tls : RequestError::closed,
              "receive: " + connection.stream.why(received.error) + " " + peer};
    case Received::End::malformed: return {RequestError::bad_answer, "the answer of " + peer + " cannot be read: " + received.reason};
  }
  return {};
}

net::Trouble cut_off() { return {RequestError::cancelled, "cut off at the end of the run"}; }

void throw_request_failed(const net::Trouble& trouble) {
  switch (trouble.error) {
    case RequestError::timeout:
    case RequestError::connect_timeout: throw Timeout(trouble.message);
    case RequestError::bad_answer: throw InvalidAnswer(trouble.message);
    case RequestError::invalid_url: throw InvalidRequest(trouble.message);
    case RequestError::tls: throw TlsError(trouble.message);
    case RequestError::proxy: throw ProxyError(trouble.message);
    default: throw ConnectionError(trouble.message);
  }
}

void note_address(Exchange& exchange, const Connection& connection) {
  if (exchange.exemplar == nullptr) exchange.exemplar = std::make_unique<metrics::Exemplar>();
  exchange.exemplar->address = connection.peer;
}

bool is_idempotent(std::string_view method) {
  return method == "GET" || method == "HEAD" || method == "PUT" || method == "DELETE" || method == "OPTIONS";
}

}  // namespace loads::http
