// Requests that share a connection from one fiber.

#include <algorithm>
#include <deque>
#include <optional>
#include <utility>

#include "engine/http/client.h"
#include "engine/http/exchange.h"

namespace loads::http {

using metrics::RequestError;

// One of them on its way. It is recorded when it dies, if nothing has come of it before: as cut off.
struct Client::Together {
  Together(Client& client_in, Attempt& attempt_in) : client(client_in), attempt(attempt_in), exchange(attempt_in.request) {
    exchange.started = fiber::Clock::now();
    exchange.record.delay = client.delay_;
  }
  ~Together() {
    pending.reset();
    if (begun) client.record(exchange, cut_off());
  }
  Together(const Together&) = delete;
  Together& operator=(const Together&) = delete;

  fiber::TimePoint deadline() const { return exchange.started + exchange.timeout; }

  Client& client;
  Attempt& attempt;
  Exchange exchange;
  std::shared_ptr<Connection> connection;
  std::optional<http2::Connection::Pending> pending;
  bool begun = false;
};

void Client::request_together(std::span<Attempt> attempts) {
  std::deque<Together> all;
  for (Attempt& attempt : attempts) {
    if (!begin_together(all.emplace_back(*this, attempt))) all.pop_back();
  }
  for (const Together& one : all) one.connection->http2->flush();
  // Whoever has the least time is waited for first; what has come for others meanwhile is there when it is their turn.
  std::vector<Together*> in_turn(all.size());
  std::transform(all.begin(), all.end(), in_turn.begin(), [](Together& one) { return &one; });
  std::stable_sort(in_turn.begin(), in_turn.end(), [](const Together* a, const Together* b) { return a->deadline() < b->deadline(); });
  for (Together* one : in_turn) end_together(*one);
  context_.loop.set_deadline(fiber::kNever);
}

// False when it has to be made in another way.
bool Client::begin_together(Together& one) {
  const bool shares = context_.settings.connections != ConnectionPolicy::per_request && !one.exchange.streams();
  if (!shares) return false;
  try {
    prepare(one.exchange);
  } catch (const InvalidRequest&) {
    return false;  // whoever makes it says so
  }
  const net::Endpoint& endpoint = *one.exchange.target->endpoint;
  if (endpoint.may_multiplex) one.connection = multiplexed().find(endpoint, true);
  if (one.connection == nullptr) return false;
  one.begun = one.attempt.made = true;
  try {
    const http2::Request request = hand_over(one.exchange);
    one.pending.emplace(*one.connection->http2, request, *one.exchange.answer);
  } catch (const InvalidRequest& why) {
    conclude_together(one, {RequestError::invalid_url, why.what()});
    return false;
  }
  return true;
}

void Client::end_together(Together& one) {
  context_.loop.set_deadline(one.deadline());
  Trouble trouble;
  try {
    trouble = wait_together(one);
  } catch (const InvalidRequest& why) {  // a file that has gone, when it is sent again
    trouble = {RequestError::invalid_url, why.what()};
  }
  conclude_together(one, trouble && context_.loop.running()->cancelled() ? cut_off() : trouble);
}

Trouble Client::wait_together(Together& one) {
  Retry retry = Retry::no;
  const http2::Outcome outcome = one.pending->wait();
  const Trouble trouble = conclude(one.exchange, *one.connection, outcome, one.exchange.started, true, retry);
  if (trouble) note_address(one.exchange, *one.connection);
  if (retry == Retry::no) return trouble;
  try_again(one.exchange);
  return run(one.exchange);
}

void Client::conclude_together(Together& one, const Trouble& trouble) {
  one.begun = false;
  delay_ = {};
  record(one.exchange, trouble);
  if (!trouble) {
    keep_last(one.exchange);
    one.attempt.answer = std::move(one.exchange.answer);
    return;
  }
  try {
    throw_request_failed(trouble);
  } catch (const RequestFailed&) {
    one.attempt.error = std::current_exception();
  }
}

}  // namespace loads::http
