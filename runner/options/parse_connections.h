#pragma once

#include <memory>
#include <string>

#include "engine/net/options.h"
#include "runner/options/options.h"
#include "runner/options/table.h"

// The options about connections to the target, from their texts: see parse.h.
namespace loads::runner::parse {

// "true": what ~/.netrc says; a path: what that file says; "false" or nothing: null.
std::shared_ptr<const session::Netrc> netrc(const Texts& texts);

net::ConnectTo connect_to(const std::string& word);  // "HOST:PORT:HOST:PORT", as curl has it: an empty part is any, or the same
net::Proxies proxy(const std::string& url);          // for everything

// What the environment says: http_proxy (in lower case alone: HTTP_PROXY may come from a request to a CGI program), https_proxy,
// all_proxy and no_proxy, in either case.
net::Proxies proxies_of_environment();

}  // namespace loads::runner::parse
