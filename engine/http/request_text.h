#pragma once

#include <span>
#include <string>
#include <string_view>

#include <loads/request_options.h>

#include "engine/http/body.h"

namespace loads::http {

// The text of a request as it is sent. Nothing that a test hands over can end a line early: check_*() throw InvalidRequest.

void check_method(std::string_view method);  // a token of RFC 9110, 5.6.2
void check_header(std::string_view name, std::string_view value);

// "GET /path?query HTTP/1.1\r\n"
std::string request_line(std::string_view method, std::string_view target);

// The headers that a request has by themselves: those of the test, those of the session, and the defaults (Host, User-Agent,
// Accept-Encoding, Accept). An earlier one replaces the later ones of its name, in any case; one with an empty value is left out, and its
// default too.
struct Headers {
  const Pairs& own;
  const Pairs& session;
  std::string_view host;                    // Url::authority()
  std::string_view credentials = {};        // of the URL, for an Authorization of their own: "Basic ..."; empty: none
  std::string_view proxy_credentials = {};  // likewise for Proxy-Authorization
  std::string_view authorization = {};      // the session's, which replaces all but the test's own
  std::string_view cookies = {};
  std::span<const std::string_view> without = {};  // names of the session's that are left out
};

// What every request accepts, unless a header says otherwise: what Response::text() unpacks.
inline constexpr std::string_view kAcceptEncoding = "gzip, deflate, br, zstd";

// Appends what stands behind the request_line(): the headers, and the body unless it is made while it is sent.
void append_rest(std::string& request, std::string_view method, const Headers& headers, const Body& body = {});

}  // namespace loads::http
