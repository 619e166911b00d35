// Session and User: what the author of a test sees of a VirtualUser.

#include <algorithm>

#include <loads/error.h>
#include <loads/session.h>
#include <loads/user.h>

#include "engine/message/ascii.h"
#include "engine/user/virtual_user.h"

namespace loads {

RequestFailed::~RequestFailed() = default;
ConnectionError::~ConnectionError() = default;
TlsError::~TlsError() = default;
ProxyError::~ProxyError() = default;
Timeout::~Timeout() = default;
InvalidRequest::~InvalidRequest() = default;
InvalidAnswer::~InvalidAnswer() = default;
TooManyRedirects::~TooManyRedirects() = default;
ContentDecodingError::~ContentDecodingError() = default;
HttpError::~HttpError() = default;
AppError::~AppError() = default;

Response Session::get(std::string_view url) { return user_->request("GET", url, nullptr); }
Response Session::get(std::string_view url, const RequestOptions& options) { return request("GET", url, options); }
Response Session::head(std::string_view url, const RequestOptions& options) { return request("HEAD", url, options); }
Response Session::options(std::string_view url, const RequestOptions& options) { return request("OPTIONS", url, options); }
Response Session::post(std::string_view url, const RequestOptions& options) { return request("POST", url, options); }
Response Session::put(std::string_view url, const RequestOptions& options) { return request("PUT", url, options); }
Response Session::patch(std::string_view url, const RequestOptions& options) { return request("PATCH", url, options); }
Response Session::delete_(std::string_view url, const RequestOptions& options) { return request("DELETE", url, options); }

EventStream Session::events(std::string_view url, RequestOptions options) {
  options.stream = true;
  const auto says_accept = [](const auto& header) { return message::equal_ignoring_case(header.first, "Accept"); };
  if (std::none_of(options.headers.begin(), options.headers.end(), says_accept))
    options.headers.emplace_back("Accept", "text/event-stream");
  return EventStream(request("GET", url, options));
}

Response Session::request(std::string_view method, std::string_view url, const RequestOptions& options) {
  return user_->request(method, url, &options);
}

std::vector<Response> Session::batch(const std::vector<BatchRequest>& requests) { return user_->batch(requests); }
Cookies Session::cookies() { return Cookies(*user_); }
void Session::auth(Auth auth) { user_->set_auth(std::move(auth)); }
void Session::verify(Verify verify) { user_->set_way({.verify = std::move(verify)}); }
void Session::cert(ClientCertificate certificate) { user_->set_way({.cert = std::move(certificate)}); }
void Session::proxies(Pairs proxies) { user_->set_way({.proxies = std::move(proxies)}); }
void Session::close() { user_->close_connections(); }
void Session::set_header(std::string_view name, std::string_view value) { user_->set_header(name, value); }

std::uint32_t User::agent() const { return user_->settings().agent_index; }
std::uint32_t User::agents() const { return user_->settings().agents; }
std::uint32_t User::users() const { return user_->users(); }
std::uint32_t User::index() const { return user_->index(); }
std::uint64_t User::runs() const { return user_->runs(); }
std::mt19937_64& User::random() { return user_->random(); }

std::string User::variable(std::string_view name, std::string_view otherwise) const {
  const auto& variables = user_->settings().variables;
  // The last one given counts, as everywhere on a command line.
  const auto found = std::find_if(variables.rbegin(), variables.rend(), [&](const auto& variable) { return variable.first == name; });
  return found == variables.rend() ? std::string(otherwise) : found->second;
}

}  // namespace loads
