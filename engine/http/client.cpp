#include "engine/http/client.h"

#include <algorithm>
#include <atomic>
#include <optional>
#include <utility>

#include "engine/http/body_stream.h"
#include "engine/http/exchange.h"
#include "engine/http/request_text.h"

namespace loads::http {
namespace {

using metrics::Phase;
using metrics::RequestError;

std::atomic<std::uint64_t> next_id{1};

constexpr std::size_t kMostIdle = 8;                 // connections that a virtual user keeps open
constexpr std::size_t kMostShared = 20'000;          // connections that a thread keeps open
constexpr std::size_t kLargestKeptText = 16 * 1024;  // bytes of a request's memory that a virtual user keeps
constexpr unsigned kMostAttempts = 10;               // to have a request taken

ClientSettings completed(ClientSettings settings) {
  if (settings.connections == ConnectionPolicy::per_request) settings.headers.emplace_back("Connection", "close");
  return settings;
}

net::ConnectorSettings connector_settings(const ClientSettings& settings, std::uint32_t user) {
  net::ConnectorSettings out{settings.connect_timeout, settings.target_rules.get(), {}};
  if (!settings.local_addresses.empty()) out.local_address = settings.local_addresses[user % settings.local_addresses.size()];
  return out;
}

}  // namespace

ClientContext::ClientContext(fiber::Loop& loop_in, dns::Resolver& resolver_in, metrics::Recorder& recorder_in, ClientSettings settings_in)
    : id(next_id.fetch_add(1, std::memory_order_relaxed)),
      loop(loop_in),
      resolver(resolver_in),
      recorder(recorder_in),
      settings(completed(std::move(settings_in))),
      endpoints(settings.net),
      targets(recorder, endpoints, settings.headers),
      shared_connections(kMostShared),
      shared_multiplexed(kMostShared),
      scratch_(std::make_unique_for_overwrite<char[]>(kScratchSize)) {}

Client::Client(ClientContext& context, std::uint32_t user)
    : context_(context),
      user_(user),
      connector_(context.loop, context.resolver, connector_settings(context.settings, user)),
      idle_(kMostIdle),
      multiplexed_(kMostIdle) {}

// A test may keep an answer for longer than its user lives.
Client::~Client() {
  while (!streams_.empty()) streams_.back()->cut();
}

void Client::close_connections() {
  idle_.close_all();
  multiplexed_.close_all();
}

void Client::set_way(net::Options way) {
  own_way_ = std::make_unique<const net::Options>(std::move(way));
  own_way_id_ = context_.endpoints.id_of(*own_way_);
}

Answer* Client::request(std::string_view method, std::string_view base, std::string_view url, const RequestOptions* options) {
  if (options == nullptr) return request({.method = method, .base = base, .url = url});
  Request whole = request_with(method, base, url, *options);
  std::optional<MadeBody> body;
  try {
    body.emplace(*options);
  } catch (const InvalidRequest& why) {
    refuse(whole, why);
    throw;
  }
  whole.body = body->view();
  return request(whole);
}

Answer* Client::request(const Request& request) {
  Exchange exchange(request);
  exchange.started = fiber::Clock::now();
  exchange.record.delay = delay_;
  if (batches_ == 0) delay_ = {};
  Trouble trouble;
  try {
    prepare(exchange);
    context_.loop.set_deadline(exchange.started + exchange.timeout);
    trouble = run(exchange);
    // A destructor's request while the fiber unwinds: no wait lasts then, so the trouble is none of the target.
    if (trouble && context_.loop.running()->cancelled()) trouble = cut_off();
  } catch (const InvalidRequest& error) {
    trouble = {RequestError::invalid_url, error.what()};
  } catch (const fiber::Cancelled&) {
    context_.loop.set_patience({});
    record(exchange, cut_off());
    throw;
  }
  context_.loop.set_deadline(fiber::kNever);
  delay_ = {};
  if (request.patience != nullptr) context_.loop.set_patience({});
  if (request.upgrade != nullptr) request.upgrade->name = context_.recorder.name_of(exchange.name);
  const bool goes_on = !trouble && exchange.answer->rest != nullptr;
  if (!goes_on) record(exchange, trouble);
  if (trouble) {
    last_.forget();
    if (request.failure != nullptr) {
      *request.failure = {trouble.error, exchange.connected, exchange.answer != nullptr && exchange.answer->status != 0};
    }
    throw_request_failed(trouble);
  }
  keep_last(exchange);
  return exchange.answer.release();
}

void Client::keep_last(Exchange& exchange) {
  if (exchange.answer->request.empty()) keep_text(exchange);
  last_.set(*exchange.answer);
}

// Its memory is for the next one; of a large one, and of the caller's, it is the beginning.
void Client::keep_text(Exchange& exchange) {
  if (!exchange.own_text.empty() && exchange.own_text.capacity() <= kLargestKeptText) {
    text_.swap(exchange.own_text);
  } else {
    text_ = exchange.text.substr(0, metrics::ExemplarTable::kMostShown);
  }
}

// A server that ends a connection may leave requests behind that it has not taken: they are for the next one, which may end as well.
Trouble Client::run(Exchange& exchange) {
  for (unsigned attempt = 1;; ++attempt) {
    Retry retry = Retry::no;
    Trouble trouble = run_once(exchange, retry);
    if (retry == Retry::no || attempt == (retry == Retry::once ? 2 : kMostAttempts)) return trouble;
    try_again(exchange);
  }
}

Trouble Client::run_once(Exchange& exchange, Retry& retry) {
  const net::Endpoint& endpoint = *exchange.target->endpoint;
  std::shared_ptr<Connection> shared;
  if (endpoint.may_multiplex) {
    if (Trouble trouble = find_multiplexed(endpoint, shared)) return trouble;
    if (shared) return exchange_multiplexed(exchange, *shared, exchange.started, true, retry);
  }
  std::optional<HostSlots::Slot> slot;
  if (batches_ > 0 && !endpoint.may_multiplex) {
    slot.emplace(slots_, context_.loop, endpoint);
    if (slot->has_waited()) begin_anew(exchange);
  }
  auto connection = exchange.request.upgrade == nullptr ? idle().take(endpoint) : nullptr;
  const bool kept = connection != nullptr;
  fiber::TimePoint begin = exchange.started;
  if (!kept) {
    if (Trouble trouble = open(exchange, connection, shared)) return trouble;
    const fiber::TimePoint connected = begin = fiber::Clock::now();
    if (shared) return exchange_multiplexed(exchange, *shared, begin, false, retry);
    if (batches_ > 0 && !slot) {  // only now it is known that it takes one
      slot.emplace(slots_, context_.loop, endpoint);
      begin = fiber::Clock::now();
      if (slot->has_waited()) put_off(exchange, begin - connected);
    }
  }
  Trouble trouble = send_and_receive(exchange, connection, begin);
  if (trouble) note_address(exchange, *connection);
  if (exchange.request.upgrade != nullptr && !trouble && exchange.record.status == 101) {
    hand_upgraded(exchange, std::move(connection));
  } else if (connection != nullptr && connection->reusable) {
    keep(std::move(connection));
  }
  // A server may close a connection that it has kept just when the next request is under way. Nothing was answered, so a new connection is
  // tried once; on a connection of its own a request that is closed upon is an error.
  if (kept && trouble.error == RequestError::closed && exchange.record.bytes_received == 0 && is_idempotent(exchange.request.method)) {
    retry = Retry::once;
  }
  return trouble;
}

// Sets one of the two, as the server wants it.
Trouble Client::open(Exchange& exchange, std::unique_ptr<Connection>& alone, std::shared_ptr<Connection>& shared) {
  begin_connecting(exchange);
  auto connection = std::make_unique<Connection>(context_.loop, exchange.target->endpoint);
  std::optional<MultiplexedConnections::Opening> opening;
  if (connection->endpoint->may_multiplex && context_.settings.connections != ConnectionPolicy::per_request) {
    opening.emplace(multiplexed(), context_.loop, *connection->endpoint);
  }
  Trouble trouble = connect(exchange, *connection);
  if (!trouble) trouble = agree_on_version(*connection);
  if (trouble) {
    if (opening) opening->failed(trouble);
    note_address(exchange, *connection);
    return trouble;
  }
  if (connection->http2 == nullptr) {
    alone = std::move(connection);
  } else {
    shared = std::move(connection);
    if (context_.settings.connections != ConnectionPolicy::per_request) multiplexed().keep(shared);
  }
  return {};
}

// What a request has waited for on our side is none of its time.
void Client::begin_anew(Exchange& exchange) { put_off(exchange, fiber::Clock::now() - exchange.started); }

void Client::put_off(Exchange& exchange, fiber::Duration time) {
  exchange.started += time;
  context_.loop.set_deadline(exchange.started + exchange.timeout);
}

void Client::begin_connecting(Exchange& exchange) {
  const Patience* const patience = exchange.request.patience;
  if (patience == nullptr) return;
  exchange.timeout = std::min(patience->connect.value_or(context_.settings.timeout), kLongestTimeout);
  context_.loop.set_patience({});
  context_.loop.set_deadline(exchange.started + exchange.timeout);
}

// There is a connection.
void Client::begin_waits(Exchange& exchange) {
  exchange.connected = true;
  const Patience* const patience = exchange.request.patience;
  if (patience == nullptr) return;
  exchange.timeout = std::min(patience->each.value_or(context_.settings.timeout), kLongestTimeout);
  context_.loop.set_deadline(fiber::Clock::now() + exchange.timeout);
  if (patience->each) context_.loop.set_patience(exchange.timeout);
}

Trouble Client::connect(Exchange& exchange, Connection& connection) {
  if (exchange.record.bytes_sent == 0 && connector_.wait_until_allowed(*connection.endpoint)) {
    // The request begins only now: how long a user is kept from a dead server says nothing about the server's times.
    begin_anew(exchange);
  }
  if (Trouble trouble =
          connector_.connect(connection.stream, *connection.endpoint, exchange.timeout, exchange.record.phases, connection.peer)) {
    return trouble;
  }
  exchange.record.new_connection = true;
  if (context_.settings.trace != TraceLevel::off) {
    const tls::Session* tls = connection.stream.tls();
    print_trace(trace_note("connected to " + connection.peer + (tls != nullptr ? " by " + tls->description() : "")));
  }
  return {};
}

void Client::complete(Exchange& exchange, const Connection& connection, fiber::TimePoint sent, fiber::TimePoint first_byte,
                      fiber::TimePoint last_byte) {
  exchange.phase(Phase::wait) += first_byte - sent;
  exchange.phase(Phase::receive) += last_byte - first_byte;
  exchange.record.total = last_byte - exchange.started;
  exchange.record.status = exchange.answer->status;
  exchange.answer->most_body = exchange.limits().keep_body;
  exchange.answer->record = exchange.record;
  exchange.answer->request_name = exchange.name;
  exchange.answer->started = exchange.started;
  exchange.answer->request = exchange.is_plain() ? exchange.text : std::string_view();
  exchange.answer->url = exchange.target->text;
  exchange.answer->asked = exchange.found != nullptr ? exchange.found : *exchange.request.target;
  if (context_.settings.trace != TraceLevel::off) print_trace(trace_answer(*exchange.answer, context_.settings.trace));
  if (context_.recorder.stands_out(exchange.name, exchange.record)) describe(exchange, connection.peer);
}

}  // namespace loads::http
