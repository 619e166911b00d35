// Session, App and User: what the author of a test sees of a VirtualUser.

#include <algorithm>

#include <loads/app.h>
#include <loads/error.h>
#include <loads/session.h>
#include <loads/user.h>

#include "engine/user/app_error.h"
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

Response Session::get(std::string_view url) { return user_->request("GET", url, nullptr); }
Response Session::get(std::string_view url, const RequestOptions& options) { return request("GET", url, options); }
Response Session::head(std::string_view url, const RequestOptions& options) { return request("HEAD", url, options); }
Response Session::options(std::string_view url, const RequestOptions& options) { return request("OPTIONS", url, options); }
Response Session::post(std::string_view url, const RequestOptions& options) { return request("POST", url, options); }
Response Session::put(std::string_view url, const RequestOptions& options) { return request("PUT", url, options); }
Response Session::patch(std::string_view url, const RequestOptions& options) { return request("PATCH", url, options); }
Response Session::delete_(std::string_view url, const RequestOptions& options) { return request("DELETE", url, options); }

Response Session::request(std::string_view method, std::string_view url, const RequestOptions& options) {
  return user_->request(method, url, &options);
}

Cookies Session::cookies() { return Cookies(*user_); }
void Session::auth(Auth auth) { user_->set_auth(std::move(auth)); }
void Session::set_header(std::string_view name, std::string_view value) { user_->set_header(name, value); }

Response App::get(std::string_view path, const RequestOptions& options) { return checked("GET", path, options); }
Response App::head(std::string_view path, const RequestOptions& options) { return checked("HEAD", path, options); }
Response App::options(std::string_view path, const RequestOptions& options) { return checked("OPTIONS", path, options); }
Response App::post(std::string_view path, const RequestOptions& options) { return checked("POST", path, options); }
Response App::put(std::string_view path, const RequestOptions& options) { return checked("PUT", path, options); }
Response App::patch(std::string_view path, const RequestOptions& options) { return checked("PATCH", path, options); }
Response App::delete_(std::string_view path, const RequestOptions& options) { return checked("DELETE", path, options); }

Response App::checked(std::string_view method, std::string_view path, const RequestOptions& options) {
  if (user_->server_url().empty()) {
    throw InvalidRequest("app has no server to talk to: give --server-url, or call app.server_url(\"http://...\") first");
  }
  Response response = user_->request(method, path, &options);
  const int status = response.status_code();
  if (status < 200 || status >= 400) {
    throw user::AppError(std::string(method) + " " + std::string(path) + " answered " + std::to_string(status) + " " +
                         std::string(response.reason()) + ", expected 2xx or 3xx");
  }
  return response;
}

std::string App::server_url() const { return user_->server_url(); }
void App::server_url(std::string_view url) { user_->set_server_url(url); }

std::uint32_t User::agent() const { return user_->settings().agent_index; }
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
