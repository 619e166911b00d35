// What a request is before it is sent: its name, the way to its server, its bytes.

#include <algorithm>
#include <utility>

#include "engine/http/client.h"
#include "engine/http/exchange.h"
#include "engine/http/request_text.h"
#include "engine/http/way.h"
#include "engine/message/ascii.h"

namespace loads::http {
namespace {

using message::equal_ignoring_case;
using metrics::RequestError;

constexpr std::string_view kInvalid = "invalid request";  // what is counted when there is no better name

}  // namespace

void Client::refuse(const Request& request, const InvalidRequest& why) {
  Exchange exchange(request);
  exchange.started = fiber::Clock::now();
  exchange.name = context_.recorder.request_name(request.name.empty() ? kInvalid : request.name);
  record(exchange, {RequestError::invalid_url, why.what()});
}

void Client::prepare(Exchange& exchange) {
  const Request& request = exchange.request;
  const RequestOptions* options = request.options;
  const bool named = !request.name.empty();
  // Set before anything can be wrong with the request, which is then counted under this name.
  if (named) exchange.name = context_.recorder.request_name(request.name);
  exchange.timeout = std::min(options != nullptr && options->timeout ? *options->timeout : context_.settings.timeout, kLongestTimeout);
  try {
    if (request.target != nullptr) {
      exchange.target = request.target->get();
    } else {
      exchange.found = find_target(request);
      exchange.target = exchange.found.get();
    }
    if (!named) exchange.name = exchange.target->name;
    write_request(exchange);
  } catch (const InvalidRequest&) {
    if (!named) exchange.name = context_.recorder.request_name(kInvalid);
    throw;
  }
}

TargetPointer Client::find_target(const Request& request) {
  const auto way = request.options == nullptr ? own_way_id_ : way_of(*request.options);
  const bool streams = request.options != nullptr && request.options->stream;
  const bool upgrades = request.upgrade != nullptr;
  if (!streams && !upgrades) return find_target(request, way);
  const TargetPointer target = find_target(request, way);
  const bool needs_tunnel = upgrades && target->endpoint->speaks_to_proxy();  // few proxies pass an upgrade on (RFC 6455, 4.1)
  if (!target->endpoint->may_multiplex && !needs_tunnel) return target;
  net::Options other = context_.endpoints.options(way);
  other.http_version = net::HttpVersion::http1;  // by which pieces of an answer, and web sockets, come
  other.always_tunnel = needs_tunnel;
  return find_target(request, context_.endpoints.id_of(other));
}

TargetPointer Client::find_target(const Request& request, net::EndpointCache::OptionsId way) {
  if (request.params != nullptr && !request.params->empty()) {
    return context_.targets.find(request.method, request.base, with_query(request.url, *request.params), way);
  }
  if (request.url != last_url_ || request.method != last_method_ || request.base != last_base_ || way != last_way_ || request.url.empty()) {
    last_target_ = context_.targets.find(request.method, request.base, request.url, way);
    last_way_ = way;
    last_url_ = request.url;
    last_method_ = request.method;
    last_base_ = request.base;
  }
  return last_target_;
}

net::EndpointCache::OptionsId Client::way_of(const RequestOptions& options) {
  if (!changes_way(options)) return own_way_id_;
  return context_.endpoints.id_of(changed_way(way(), options, context_.files));
}

void Client::write_request(Exchange& exchange) {
  const Target& target = *exchange.target;
  const Request& request = exchange.request;
  if (!own_headers_ && request.is_plain()) {
    exchange.text = target.plain_request;
    return;
  }
  if (!request.text.empty()) {
    exchange.text = request.text;
    return;
  }
  static const Pairs kNone;
  exchange.own_text.swap(text_);
  exchange.own_text = target.start;
  const Headers headers{.own = request.headers != nullptr ? *request.headers : kNone,
                        .session = own_headers_ ? headers_ : context_.settings.headers,
                        .host = target.host,
                        .credentials = target.credentials,
                        .proxy_credentials = target.proxy_credentials,
                        .authorization = request.authorization,
                        .cookies = request.cookies,
                        .without = request.without};
  append_rest(exchange.own_text, request.method, headers, request.body);
  exchange.text = exchange.own_text;
}

void Client::set_header(std::string_view name, std::string_view value) {
  check_header(name, value);
  if (!std::exchange(own_headers_, true)) headers_ = context_.settings.headers;
  const auto found =
      std::find_if(headers_.begin(), headers_.end(), [&](const auto& header) { return equal_ignoring_case(header.first, name); });
  if (found != headers_.end()) headers_.erase(found);
  if (!value.empty()) headers_.emplace_back(name, value);
}

}  // namespace loads::http
