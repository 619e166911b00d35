#include "engine/websocket/opening.h"

#include <algorithm>
#include <utility>

#include <loads/error.h>

#include "engine/message/ascii.h"
#include "engine/websocket/meter.h"

namespace loads::websocket {
namespace {

// "ws://host/path" as the HTTP client knows it.
std::string as_http(std::string_view url) {
  for (const auto& [ours, http] : {std::pair("ws://", "http://"), std::pair("wss://", "https://")}) {
    const std::string_view prefix = ours;
    if (message::equal_ignoring_case(url.substr(0, prefix.size()), prefix)) return http + std::string(url.substr(prefix.size()));
  }
  return std::string(url);
}

std::string as_ws(std::string_view url) { return url.starts_with("http") ? "ws" + std::string(url.substr(4)) : std::string(url); }

RequestOptions request_options(const WebSocketOptions& options, const Proposal& proposal) {
  RequestOptions request;
  request.headers = upgrade_headers(proposal);
  std::erase_if(request.headers, [&](const auto& ours) {
    return std::any_of(options.headers.begin(), options.headers.end(),
                       [&](const auto& theirs) { return message::equal_ignoring_case(theirs.first, ours.first); });
  });
  request.headers.insert(request.headers.end(), options.headers.begin(), options.headers.end());
  request.name = options.name;
  request.timeout = options.timeout;
  request.allow_redirects = false;  // an answer that leads elsewhere is no web socket
  request.http_version = "1.1";
  return request;
}

[[noreturn]] void refuse(http::ClientContext& context, const std::string& name, const std::string& message) {
  record_error(context.recorder, name, metrics::SocketError::refused, message);
  throw ConnectionError(message);
}

}  // namespace

std::shared_ptr<Socket> open(http::ClientContext& context, session::Conversation& session, const Address& address,
                             const WebSocketOptions& options, const Proposal& proposal, MessageCallback callback) {
  http::Upgrade upgrade;
  const message::AnswerHandle answer(session.upgrade(address.base, as_http(address.url), request_options(options, proposal), upgrade));
  answer->status_read = true;
  const std::string url = as_ws(answer->url);
  const Agreement agreement = read_answer(*answer, proposal);
  if (!agreement.error.empty()) refuse(context, upgrade.name, url + " gives no web socket: " + agreement.error);
  SocketOptions socket{url, upgrade.name, options.max_message, options.timeout.value_or(context.settings.timeout), options.ping_interval};
  return std::make_shared<Socket>(context, Handshake{*answer, upgrade, agreement}, std::move(socket), std::move(callback));
}

}  // namespace loads::websocket
