#pragma once

#include <string>
#include <string_view>

#include "engine/http/url.h"
#include "engine/message/answer.h"

namespace loads::session {

// What a redirect makes of a request, as Python's Requests decides it. Pure.

bool is_redirect(const message::Answer& answer);

// 303 and 302 make a GET of everything but HEAD, 301 of a POST.
std::string_view method_after(int status, std::string_view method);

// 307 and 308 ask for the same body again; the others for none.
bool keeps_body(int status);

// Whether the credentials that were meant for `from` are none of the business of `to`: another host, port or scheme, but for http becoming
// https on their own ports.
bool drops_credentials(const http::Url& from, const http::Url& to);

// The URL to go to next, with a fragment: that of the Location, else the one that was asked for. `from_text` is the URL as it was
// requested. Throws InvalidAnswer when it is none.
std::string url_after(const http::Url& from, std::string_view from_text, std::string_view location);

}  // namespace loads::session
