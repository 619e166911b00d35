#pragma once

#include <string>
#include <string_view>

#include <loads/request_options.h>

namespace loads::http {

// The text of a request as it is sent. Nothing that a test hands over can end a line early: check_*() throw InvalidRequest.

void check_method(std::string_view method);  // a token of RFC 9110, 5.6.2
void check_header(std::string_view name, std::string_view value);

// "GET /path?query HTTP/1.1\r\n"
std::string request_line(std::string_view method, std::string_view target);

// The headers that a request has by themselves: those of the test, those of the session, and the defaults (Host, User-Agent, Accept). An
// earlier one replaces the later ones of its name, in any case; one with an empty value is left out, and its default too.
struct Headers {
  const Pairs& own;
  const Pairs& session;
  std::string_view host;                    // Url::authority()
  std::string_view credentials = {};        // for an Authorization of their own: "Basic ..."; empty: none
  std::string_view proxy_credentials = {};  // likewise for Proxy-Authorization
};

// Appends a request without options behind its request_line().
void append_rest(std::string& request, std::string_view method, const Headers& headers);

// The same with a body, if the options have one.
void append_rest(std::string& request, std::string_view method, const Headers& headers, const RequestOptions& options);

}  // namespace loads::http
