#include "engine/http/request_text.h"

#include <algorithm>
#include <array>

#include <loads/error.h>

#include "common/version.h"
#include "engine/http/percent_encoding.h"
#include "engine/http/url.h"
#include "engine/message/ascii.h"

namespace loads::http {

using message::equal_ignoring_case;
namespace {

constexpr std::string_view kAuthorization = "Authorization";

bool is_token(std::string_view text) {
  constexpr std::string_view kSymbols = "!#$%&'*+-.^_`|~";
  return !text.empty() && std::all_of(text.begin(), text.end(), [&](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || kSymbols.find(c) != std::string_view::npos;
  });
}

bool has_header(const Pairs& headers, std::string_view name) {
  return std::any_of(headers.begin(), headers.end(), [&](const auto& header) { return equal_ignoring_case(header.first, name); });
}

void append_line(std::string& text, std::string_view name, std::string_view value) {
  text.append(name).append(": ").append(value).append("\r\n");
}

void append_header(std::string& text, std::string_view name, std::string_view value) {
  check_header(name, value);
  if (!value.empty()) append_line(text, name, value);
}

bool left_out(const Headers& headers, std::string_view name) {
  return std::any_of(headers.without.begin(), headers.without.end(), [&](std::string_view one) { return equal_ignoring_case(one, name); });
}

bool has_header(const Headers& headers, std::string_view name) {
  return has_header(headers.own, name) || (has_header(headers.session, name) && !left_out(headers, name));
}

void append_headers(std::string& text, const Headers& headers) {
  const auto append_default = [&](std::string_view name, std::string_view value) {
    if (!has_header(headers, name)) append_line(text, name, value);
  };
  append_default("Host", headers.host);
  const bool authorized = !headers.authorization.empty() && !has_header(headers.own, kAuthorization);
  if (authorized) {
    append_header(text, kAuthorization, headers.authorization);
  } else if (!headers.credentials.empty()) {
    append_default(kAuthorization, headers.credentials);
  }
  if (!headers.cookies.empty()) append_default("Cookie", headers.cookies);
  if (!headers.proxy_credentials.empty()) append_default("Proxy-Authorization", headers.proxy_credentials);
  for (const auto& [name, value] : headers.own) append_header(text, name, value);
  for (const auto& [name, value] : headers.session) {
    if (has_header(headers.own, name) || left_out(headers, name)) continue;
    if (authorized && equal_ignoring_case(name, kAuthorization)) continue;
    append_header(text, name, value);
  }
  static const std::string user_agent = "loads/" + std::string(version());
  append_default("User-Agent", user_agent);
  append_default("Accept-Encoding", kAcceptEncoding);
  append_default("Accept", "*/*");
}

// A method whose request says so when it has no body (RFC 9110, 8.6).
bool sends_length_without_body(std::string_view method) { return method == "POST" || method == "PUT" || method == "PATCH"; }

// A second length beside one of the test's would be refused, or worse.
bool has_own_length(const Headers& headers) { return has_header(headers, "Content-Length") || has_header(headers, "Transfer-Encoding"); }

}  // namespace

void check_method(std::string_view method) {
  if (!is_token(method)) throw InvalidRequest("\"" + std::string(method) + "\" is not a request method");
}

void check_header(std::string_view name, std::string_view value) {
  if (!is_token(name)) throw InvalidRequest("\"" + std::string(name) + "\" is not a header name");
  if (value.find_first_of(std::string_view("\r\n\0", 3)) != std::string_view::npos) {
    throw InvalidRequest("the value of the header " + std::string(name) + " contains a line break or a NUL");
  }
}

std::string request_line(std::string_view method, std::string_view target) {
  std::string text;
  text.append(method).append(" ").append(target).append(" HTTP/1.1\r\n");
  return text;
}

void append_rest(std::string& request, std::string_view method, const Headers& headers, const Body& body) {
  append_headers(request, headers);
  if (!body.type.empty() && !has_header(headers, "Content-Type")) append_line(request, "Content-Type", body.type);
  if ((body.present || sends_length_without_body(method)) && !has_own_length(headers)) {
    append_line(request, "Content-Length", std::to_string(body.size()));
  }
  request.append("\r\n").append(body.bytes);
}

}  // namespace loads::http
