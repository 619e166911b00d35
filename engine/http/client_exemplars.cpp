// What a client keeps of single exchanges: metrics::Exemplar. Nearly none is, so nothing here is in the path of every request.

#include "engine/http/client.h"
#include "engine/http/exchange.h"
#include "engine/http/exchange_text.h"

namespace loads::http {

using metrics::Exemplar;

namespace {

metrics::WallTime wall(fiber::TimePoint time) {
  return std::chrono::system_clock::now() - std::chrono::duration_cast<metrics::WallTime::duration>(fiber::Clock::now() - time);
}

}  // namespace

// All that is known of it but its figures.
void Client::describe(Exchange& exchange, const std::string& address) const {
  auto exemplar = std::make_unique<Exemplar>();
  exemplar->method = exchange.request.method;
  exemplar->url = exchange.target != nullptr ? exchange.target->text : without_userinfo(exchange.request.url);
  exemplar->address = address;
  exemplar->request = shown_request(exchange.text);
  if (exchange.answer != nullptr) exemplar->answer = shown_answer(*exchange.answer);
  exchange.exemplar = std::move(exemplar);
}

void Client::keep(const Accounts& accounts, const std::string& trouble, Exemplar&& exemplar) {
  const metrics::RequestRecord& record = accounts.record;
  if (!context_.recorder.stands_out(accounts.name, record)) return;
  exemplar.message = trouble;
  keep(accounts, std::move(exemplar));
}

void Client::keep(const Accounts& accounts, Exemplar&& exemplar) {
  const metrics::RequestRecord& record = accounts.record;
  exemplar.sent = wall(accounts.started);
  exemplar.status = record.status;
  exemplar.error = record.error;
  exemplar.total = record.delay + record.total;
  exemplar.phases = record.phases;
  exemplar.bytes_sent = record.bytes_sent;
  exemplar.bytes_received = record.bytes_received;
  exemplar.new_connection = record.new_connection;
  exemplar.agent = context_.settings.agent;
  exemplar.user = user_;
  context_.recorder.keep(accounts.name, std::move(exemplar));
}

// Of an answer whose status says enough there is an exemplar already.
void Client::find_fault_with_last(std::string_view message, std::string_view location) {
  const Answer* answer = last_.get();
  if (answer == nullptr) return;
  const Accounts accounts{.name = answer->request_name, .started = answer->started, .record = answer->record};
  if (accounts.record.status >= 400 || !context_.recorder.lacks_complaint(accounts.name, accounts.record, location)) return;
  const std::string_view text = answer->request.empty() ? std::string_view(text_) : answer->request;
  Exemplar exemplar;
  exemplar.message = message;
  exemplar.location = location;
  exemplar.method = text.substr(0, text.find(' '));
  exemplar.url = answer->url;
  exemplar.request = shown_request(text);
  exemplar.answer = shown_answer(*answer);
  keep(accounts, std::move(exemplar));
}

}  // namespace loads::http
