// App: requests in the manner of WebTest, on the virtual user's session.

#include <loads/app.h>

#include <algorithm>
#include <utility>

#include <loads/error.h>

#include "engine/message/ascii.h"
#include "engine/user/virtual_user.h"

namespace loads {
namespace {

constexpr std::size_t kLongestExcerpt = 100;  // bytes of a body that a message shows

bool goes_into_query(std::string_view method) { return method == "GET" || method == "HEAD"; }

void set_header(Pairs& headers, std::string_view name, std::string value) {
  const bool there =
      std::any_of(headers.begin(), headers.end(), [&](const auto& header) { return message::equal_ignoring_case(header.first, name); });
  if (!there) headers.emplace_back(name, std::move(value));
}

// A query that is given as bytes is appended as it is.
std::string with_query(std::string_view path, const std::string& query) {
  std::string url(path.substr(0, path.find('#')));
  return url + (url.find('?') == std::string::npos ? "?" : "&") + query;
}

RequestOptions request_options(const AppOptions& given) {
  RequestOptions options;
  options.headers = given.headers;
  if (!given.content_type.empty()) set_header(options.headers, "Content-Type", given.content_type);
  if (given.xhr) set_header(options.headers, "X-Requested-With", "XMLHttpRequest");
  options.name = given.name;
  options.files = given.upload_files;
  options.allow_redirects = false;
  options.timeout = given.timeout;
  options.max_body = given.max_body;
  return options;
}

// Of a body that is too long, or cannot be unpacked: the status says enough.
std::string_view text_or_nothing(const AppResponse& response) {
  try {
    return response.text();
  } catch (const std::exception&) {
    return {};
  }
}

// The beginning of the body: mostly it says what went wrong.
std::string excerpt(const AppResponse& response) {
  const std::string_view kept = text_or_nothing(response);
  const auto begin = kept.find_first_not_of(" \t\r\n");
  if (begin == std::string_view::npos) return {};
  return "\n" + std::string(kept.substr(begin, kLongestExcerpt)) + (kept.size() - begin > kLongestExcerpt ? "..." : "");
}

void check_status(const AppResponse& response, const AppOptions& options) {
  if (options.expect_errors || options.status.matches(response.status_int(), response.reason())) return;
  throw AppError("Bad response: " + response.status() + " (not " + options.status.describe() + " for " + std::string(response.url()) + ")" +
                 excerpt(response));
}

AppResponse send(user::VirtualUser& user, std::string_view method, std::string_view path, const RequestOptions& request,
                 const AppOptions& options) {
  if (user.server_url().empty()) {
    throw InvalidRequest("app has no server to talk to: give --server-url, or call app.server_url(\"http://...\") first");
  }
  AppResponse response(user.request(method, path, &request), user);
  check_status(response, options);
  return response;
}

}  // namespace

AppResponse App::get(std::string_view path, const AppOptions& options) { return request("GET", path, options); }
AppResponse App::head(std::string_view path, const AppOptions& options) { return request("HEAD", path, options); }
AppResponse App::options(std::string_view path, const AppOptions& options) { return request("OPTIONS", path, options); }
AppResponse App::post(std::string_view path, const AppOptions& options) { return request("POST", path, options); }
AppResponse App::put(std::string_view path, const AppOptions& options) { return request("PUT", path, options); }
AppResponse App::patch(std::string_view path, const AppOptions& options) { return request("PATCH", path, options); }
AppResponse App::delete_(std::string_view path, const AppOptions& options) { return request("DELETE", path, options); }

AppResponse App::request(std::string_view method, std::string_view path, const AppOptions& options) {
  RequestOptions request = request_options(options);
  if (!goes_into_query(method)) {
    request.data = options.params;
  } else if (options.params.bytes()) {
    return send(*user_, method, with_query(path, *options.params.bytes()), request, options);
  } else {
    request.params = options.params.form();
  }
  return send(*user_, method, path, request, options);
}

AppResponse App::post_json(std::string_view path, const JsonBody& value, const AppOptions& options) {
  return json_request("POST", path, value, options);
}
AppResponse App::put_json(std::string_view path, const JsonBody& value, const AppOptions& options) {
  return json_request("PUT", path, value, options);
}
AppResponse App::patch_json(std::string_view path, const JsonBody& value, const AppOptions& options) {
  return json_request("PATCH", path, value, options);
}
AppResponse App::delete_json(std::string_view path, const JsonBody& value, const AppOptions& options) {
  return json_request("DELETE", path, value, options);
}

AppResponse App::json_request(std::string_view method, std::string_view path, const JsonBody& value, const AppOptions& options) {
  RequestOptions request = request_options(options);
  request.json = value;
  return send(*user_, method, path, request, options);
}

Cookies App::cookies() { return Cookies(*user_); }
void App::authorization(Auth auth) { user_->set_auth(std::move(auth)); }

std::string App::server_url() const { return user_->server_url(); }
void App::server_url(std::string_view url) { user_->set_server_url(url); }

}  // namespace loads
