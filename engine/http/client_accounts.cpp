// What becomes of a request in the figures.

#include <utility>

#include "engine/http/client.h"
#include "engine/http/exchange.h"

namespace loads::http {

using metrics::RequestError;

void Client::record(Exchange& exchange, const Trouble& trouble) {
  if (trouble) {
    fail(exchange, trouble);
    if (context_.recorder.stands_out(exchange.name, exchange.record))
      describe(exchange, exchange.exemplar != nullptr ? exchange.exemplar->address : "");
  }
  if (exchange.exemplar != nullptr) keep(exchange, trouble.message, std::move(*exchange.exemplar));
  context_.recorder.request(exchange.name, exchange.record);
  settle(exchange);
}

void Client::record(Accounts& accounts, const Trouble& trouble, std::unique_ptr<metrics::Exemplar> exemplar) {
  if (trouble) fail(accounts, trouble);
  keep(accounts, trouble.message, std::move(*exemplar));
  context_.recorder.request(accounts.name, accounts.record);
  settle(accounts);
}

void Client::fail(Accounts& accounts, const Trouble& trouble) {
  accounts.record.error = trouble.error;
  accounts.record.status = 0;
  accounts.record.total = fiber::Clock::now() - accounts.started;
  if (context_.settings.trace != TraceLevel::off) print_trace(trace_note(trouble.message));
  if (trouble.error != RequestError::cancelled) report(context_.recorder.name_of(accounts.name), trouble);
}

void Client::report(std::string_view name, const Trouble& trouble) {
  metrics::Problem problem;
  problem.kind = metrics::ProblemKind::error;
  problem.blame = metrics::class_of(trouble.error);
  problem.message = trouble.message;
  problem.request = name;
  problem.count = 1;
  problem.first = problem.last = std::chrono::system_clock::now();
  context_.recorder.slice().problems.add(std::move(problem));
}

void Client::try_again(Exchange& exchange) {
  settle(exchange);
  exchange.exemplar.reset();
}

void Client::settle(Accounts& accounts) {
  if (std::exchange(accounts.in_flight, false)) context_.recorder.settle();
}

}  // namespace loads::http
