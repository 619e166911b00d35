#include "engine/http/client.h"

#include <algorithm>
#include <cerrno>
#include <utility>

#include <loads/error.h>

#include "common/duration.h"
#include "engine/http/ascii.h"
#include "engine/http/request_text.h"
#include "engine/http/way.h"

namespace loads::http {
namespace {

using metrics::Phase;
using metrics::RequestError;

constexpr std::size_t kMostIdle = 8;                 // connections that a virtual user keeps open
constexpr std::size_t kMostShared = 20'000;          // connections that a thread keeps open
constexpr std::size_t kLargestKeptText = 16 * 1024;  // bytes of a request's memory that a virtual user keeps
constexpr fiber::Duration kLongestTimeout = std::chrono::hours(24 * 365);

struct ReleaseAnswer {
  void operator()(Answer* answer) const { answer->release(); }
};
using AnswerHandle = std::unique_ptr<Answer, ReleaseAnswer>;

// Methods that may be sent again when the server closed a kept connection without answering (RFC 9110, 9.2.2).
bool is_idempotent(std::string_view method) {
  return method == "GET" || method == "HEAD" || method == "PUT" || method == "DELETE" || method == "OPTIONS";
}

Trouble cut_off() { return {RequestError::cancelled, "cut off at the end of the run"}; }

[[noreturn]] void throw_request_failed(const Trouble& trouble) {
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
    : loop(loop_in),
      resolver(resolver_in),
      recorder(recorder_in),
      settings(completed(std::move(settings_in))),
      endpoints(settings.net),
      targets(recorder, endpoints, settings.headers),
      shared_connections(kMostShared),
      scratch_(std::make_unique_for_overwrite<char[]>(kScratchSize)) {}

// One request on its way.
struct Client::Exchange {
  std::string_view method;
  const RequestOptions* options = nullptr;
  const Target* target = nullptr;
  std::string_view text;
  metrics::Recorder::NameId name = 0;
  fiber::TimePoint started;
  fiber::Duration timeout{};
  AnswerHandle answer;
  metrics::RequestRecord record;
  bool in_flight = false;  // begun to be sent, and not settled in the tally
  Upgrade* upgrade = nullptr;  // wanted; null: an ordinary request

  metrics::Nanoseconds& phase(Phase phase) { return record.phases[static_cast<std::size_t>(phase)]; }
};

Client::Client(ClientContext& context, std::uint32_t user)
    : context_(context), connector_(context.loop, context.resolver, connector_settings(context.settings, user)), idle_(kMostIdle) {}

Client::~Client() = default;

void Client::set_way(net::Options way) {
  own_way_ = std::make_unique<const net::Options>(std::move(way));
  own_way_id_ = context_.endpoints.id_of(*own_way_);
}

Answer* Client::request(std::string_view method, std::string_view base, std::string_view url, const RequestOptions* options) {
  Exchange exchange;
  exchange.method = method;
  exchange.options = options;
  return perform(exchange, base, url);
}

Client::Upgrade Client::upgrade(std::string_view base, std::string_view url, const RequestOptions& options) {
  Upgrade upgrade;
  Exchange exchange;
  exchange.method = "GET";
  exchange.options = &options;
  exchange.upgrade = &upgrade;
  upgrade.answer = perform(exchange, base, url);
  upgrade.name = context_.recorder.name_of(exchange.name);
  return upgrade;
}

Answer* Client::perform(Exchange& exchange, std::string_view base, std::string_view url) {
  exchange.started = fiber::Clock::now();
  Trouble trouble;
  try {
    prepare(exchange, base, url);
    context_.loop.set_deadline(exchange.started + exchange.timeout);
    trouble = run(exchange);
    // A destructor's request while the fiber unwinds: no wait lasts then, so the trouble is none of the target.
    if (trouble && context_.loop.running()->cancelled()) trouble = cut_off();
  } catch (const InvalidRequest& error) {
    trouble = {RequestError::invalid_url, error.what()};
  } catch (const fiber::Cancelled&) {
    record(exchange, cut_off());
    throw;
  }
  context_.loop.set_deadline(fiber::kNever);
  if (text_.capacity() > kLargestKeptText) std::string().swap(text_);
  record(exchange, trouble);
  if (trouble) throw_request_failed(trouble);
  return exchange.answer.release();
}

void Client::prepare(Exchange& exchange, std::string_view base, std::string_view url) {
  const RequestOptions* options = exchange.options;
  const bool named = options != nullptr && !options->name.empty();
  // Set before anything can be wrong with the request, which is then counted under this name.
  if (named) exchange.name = context_.recorder.request_name(options->name);
  exchange.timeout = std::min(options != nullptr && options->timeout ? *options->timeout : context_.settings.timeout, kLongestTimeout);
  try {
    exchange.target = &find_target(exchange.method, base, url, options);
    if (!named) exchange.name = exchange.target->name;
    exchange.text = request_text(*exchange.target, exchange.method, options);
  } catch (const InvalidRequest&) {
    if (!named) exchange.name = context_.recorder.request_name("invalid request");
    throw;
  }
}

const Target& Client::find_target(std::string_view method, std::string_view base, std::string_view url, const RequestOptions* options) {
  const auto way = way_of(options);
  if (options != nullptr && !options->params.empty()) {
    const std::string query = encode_query(options->params);
    std::string whole(url.substr(0, url.find('#')));
    if (const auto question = whole.find('?'); question == std::string::npos) {
      whole += '?';
    } else if (question + 1 < whole.size()) {
      whole += '&';
    }
    last_target_ = context_.targets.find(method, base, whole + query, way);
    last_url_.clear();
    return *last_target_;
  }
  if (url != last_url_ || method != last_method_ || base != last_base_ || way != last_way_ || url.empty()) {
    last_target_ = context_.targets.find(method, base, url, way);
    last_way_ = way;
    last_url_ = url;
    last_method_ = method;
    last_base_ = base;
  }
  return *last_target_;
}

net::EndpointCache::OptionsId Client::way_of(const RequestOptions* options) {
  if (options == nullptr || !changes_way(*options)) return own_way_id_;
  return context_.endpoints.id_of(changed_way(way(), *options, context_.files));
}

std::string_view Client::request_text(const Target& target, std::string_view method, const RequestOptions* options) {
  if (options == nullptr && !own_headers_) return target.plain_request;
  static const RequestOptions kNone;
  const RequestOptions& given = options != nullptr ? *options : kNone;
  text_ = target.start;
  append_rest(
      text_, method,
      {given.headers, own_headers_ ? headers_ : context_.settings.headers, target.host, target.credentials, target.proxy_credentials},
      given);
  return text_;
}

void Client::set_header(std::string_view name, std::string_view value) {
  check_header(name, value);
  if (!std::exchange(own_headers_, true)) headers_ = context_.settings.headers;
  const auto found =
      std::find_if(headers_.begin(), headers_.end(), [&](const auto& header) { return equal_ignoring_case(header.first, name); });
  if (found != headers_.end()) headers_.erase(found);
  if (!value.empty()) headers_.emplace_back(name, value);
}

Trouble Client::run(Exchange& exchange) {
  bool retry = false;
  Trouble trouble = run_once(exchange, retry);
  if (retry) {
    settle(exchange);
    trouble = run_once(exchange, retry);
  }
  return trouble;
}

Trouble Client::run_once(Exchange& exchange, bool& retry) {
  auto connection = exchange.upgrade == nullptr ? idle().take(*exchange.target->endpoint) : nullptr;
  const bool kept = connection != nullptr;
  fiber::TimePoint begin = exchange.started;
  if (!kept) {
    connection = std::make_unique<Connection>(context_.loop, exchange.target->endpoint);
    if (Trouble trouble = open(exchange, *connection)) {
      retry = false;
      return trouble;
    }
    begin = fiber::Clock::now();
  }
  Trouble trouble = send_and_receive(exchange, *connection, begin);
  if (exchange.upgrade != nullptr && !trouble && exchange.record.status == 101) {
    hand_over(std::move(connection), *exchange.upgrade);
  } else if (connection->reusable && context_.settings.connections != ConnectionPolicy::per_request) {
    idle().keep(std::move(connection));
  }
  // A server may close a connection that it has kept just when the next request is under way. Nothing was answered, so a new connection is
  // tried once; on a connection of its own a request that is closed upon is an error.
  retry = kept && trouble.error == RequestError::closed && exchange.record.bytes_received == 0 && is_idempotent(exchange.method);
  return trouble;
}

Trouble Client::open(Exchange& exchange, Connection& connection) {
  if (exchange.record.bytes_sent == 0 && connector_.wait_until_allowed(*connection.endpoint)) {
    // The request begins only now: how long a user is kept from a dead server says nothing about the server's times.
    exchange.started = fiber::Clock::now();
    context_.loop.set_deadline(exchange.started + exchange.timeout);
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

Trouble Client::send_and_receive(Exchange& exchange, Connection& connection, fiber::TimePoint begin) {
  connection.reusable = false;
  const auto& settings = context_.settings;
  if (settings.trace != TraceLevel::off) print_trace(trace_request(exchange.text, settings.trace));
  const auto timed_out = [&](const char* what, const char* whose) {
    return Trouble{RequestError::timeout, what + format_duration(exchange.timeout) + whose + connection.peer};
  };

  exchange.in_flight = true;
  context_.recorder.begin_send();
  const fiber::IoResult sent = connection.stream.send(exchange.text);
  const fiber::TimePoint sent_at = fiber::Clock::now();
  exchange.phase(Phase::send) += sent_at - begin;
  if (sent.end == fiber::IoResult::End::timed_out) return timed_out("the request was not taken within ", " by ");
  exchange.record.bytes_sent += sent.bytes;
  // A server that refuses a large body may answer and close while it is being sent: the answer counts, if it came.
  if (!connection.stream.wait_readable()) return timed_out("no answer within ", " from ");

  exchange.answer.reset(context_.answers.take());
  AnswerLimits limits;
  limits.has_body = exchange.method != "HEAD";
  if (exchange.options != nullptr) limits.keep_body = exchange.options->max_body;
  const Received received = receive_answer(connection.stream, context_.scratch(), limits, *exchange.answer);
  exchange.record.bytes_received += received.bytes;
  switch (received.end) {
    case Received::End::complete: break;
    case Received::End::closed_before: return {RequestError::closed, connection.peer + " closed the connection without an answer"};
    case Received::End::closed_within:
      return {RequestError::closed, connection.peer + " closed the connection in the middle of its answer"};
    case Received::End::timed_out: return timed_out("no complete answer within ", " from ");
    case Received::End::failed:
      return {received.error == EPROTO ? RequestError::tls : RequestError::closed,
              "receive: " + connection.stream.why(received.error) + " " + connection.peer};
    case Received::End::malformed:
      return {RequestError::bad_answer, "the answer of " + connection.peer + " cannot be read: " + received.reason};
  }
  exchange.phase(Phase::wait) += received.first_byte - sent_at;
  exchange.phase(Phase::receive) += received.last_byte - received.first_byte;
  exchange.record.total = received.last_byte - exchange.started;
  exchange.record.status = exchange.answer->status;
  exchange.answer->elapsed = exchange.record.total;
  exchange.answer->phases = exchange.record.phases;
  exchange.answer->url = exchange.target->text;
  connection.reusable = received.keep_alive && sent.ok();
  if (settings.trace != TraceLevel::off) print_trace(trace_answer(*exchange.answer, settings.trace));
  return {};
}

void Client::hand_over(std::unique_ptr<Connection> connection, Upgrade& upgrade) {
  upgrade.peer = connection->peer;
  const std::shared_ptr<Connection> owner = std::move(connection);
  upgrade.stream = {owner, &owner->stream};
}

void Client::record(Exchange& exchange, const Trouble& trouble) {
  if (trouble) {
    exchange.record.error = trouble.error;
    exchange.record.status = 0;
    exchange.record.total = fiber::Clock::now() - exchange.started;
    if (context_.settings.trace != TraceLevel::off) print_trace(trace_note(trouble.message));
    if (trouble.error != RequestError::cancelled) {
      metrics::Problem problem;
      problem.kind = metrics::ProblemKind::error;
      problem.blame = metrics::class_of(trouble.error);
      problem.message = trouble.message;
      problem.request = context_.recorder.name_of(exchange.name);
      problem.count = 1;
      problem.first = problem.last = std::chrono::system_clock::now();
      context_.recorder.slice().problems.add(std::move(problem));
    }
  }
  context_.recorder.request(exchange.name, exchange.record);
  settle(exchange);
}

void Client::settle(Exchange& exchange) {
  if (std::exchange(exchange.in_flight, false)) context_.recorder.settle();
}

}  // namespace loads::http
