#pragma once

#include <string>
#include <string_view>

#include <loads/app_response.h>

namespace loads::user {

// Where a page leads to. What is not valid throws AppError: it is the page that is wrong.

// A Location as it is meant by the answer `from`. Of the server at `server_url` it is asked with the credentials in that.
std::string absolute_url(const AppResponse& from, std::string_view location, std::string_view server_url);

// A link of the page `from`, which says in <base> that its links are relative to `base`. Whatever host the link has, the URL is one of the
// page's own.
std::string url_on_this_server(const AppResponse& from, std::string_view base, std::string_view href, std::string_view server_url);

// The options of a request that the page `from` leads to.
AppOptions with_referer(const AppOptions& options, const AppResponse& from);

}  // namespace loads::user
