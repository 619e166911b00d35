#pragma once

#include <string>
#include <string_view>

#include <loads/app_options.h>
#include <loads/app_response.h>
#include <loads/auth.h>
#include <loads/cookies.h>
#include <loads/export.h>
#include <loads/form.h>

namespace loads {

namespace user {
class VirtualUser;
}

// The client in the manner of WebTest's TestApp: paths are relative to --server-url, redirects are not followed by themselves, and a status
// other than 2xx or 3xx is a failure of the test run (AppError) unless the options say that it is expected. Connections, headers and
// cookies are those of the user's session.
class LOADS_API App {
 public:
  explicit App(user::VirtualUser& user) : user_(&user) {}

  AppResponse get(std::string_view path, const AppOptions& options = {});
  AppResponse head(std::string_view path, const AppOptions& options = {});
  AppResponse options(std::string_view path, const AppOptions& options = {});
  AppResponse post(std::string_view path, const AppOptions& options = {});
  AppResponse put(std::string_view path, const AppOptions& options = {});
  AppResponse patch(std::string_view path, const AppOptions& options = {});
  AppResponse delete_(std::string_view path, const AppOptions& options = {});
  AppResponse request(std::string_view method, std::string_view path, const AppOptions& options = {});

  // The value as the body, as application/json; .params are of no use then.
  AppResponse post_json(std::string_view path, const JsonBody& value, const AppOptions& options = {});
  AppResponse put_json(std::string_view path, const JsonBody& value, const AppOptions& options = {});
  AppResponse patch_json(std::string_view path, const JsonBody& value, const AppOptions& options = {});
  AppResponse delete_json(std::string_view path, const JsonBody& value, const AppOptions& options = {});

  // Those of the session.
  Cookies cookies();
  void set_cookie(std::string_view name, std::string_view value) { cookies().set(name, value); }
  void authorization(Auth auth);  // of every later request: {"anna", "word"}, loads::BearerAuth("token"); Auth(): none
  void reset() { cookies().clear(); }

  std::string server_url() const;
  void server_url(std::string_view url);  // for this virtual user from now on

 private:
  AppResponse json_request(std::string_view method, std::string_view path, const JsonBody& value, const AppOptions& options);

  user::VirtualUser* user_;
};

}  // namespace loads
