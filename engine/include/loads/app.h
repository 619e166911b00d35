#pragma once

#include <string>
#include <string_view>

#include <loads/export.h>
#include <loads/request_options.h>
#include <loads/response.h>

namespace loads {

namespace user {
class VirtualUser;
}

// The client in the manner of WebTest: paths are relative to --server-url, and a status other than 2xx or 3xx is a failure of the test run.
class LOADS_API App {
 public:
  explicit App(user::VirtualUser& user) : user_(&user) {}

  Response get(std::string_view path, const RequestOptions& options = {});
  Response head(std::string_view path, const RequestOptions& options = {});
  Response options(std::string_view path, const RequestOptions& options = {});
  Response post(std::string_view path, const RequestOptions& options = {});
  Response put(std::string_view path, const RequestOptions& options = {});
  Response patch(std::string_view path, const RequestOptions& options = {});
  Response delete_(std::string_view path, const RequestOptions& options = {});

  std::string server_url() const;
  void server_url(std::string_view url);  // for this virtual user from now on

 private:
  Response checked(std::string_view method, std::string_view path, const RequestOptions& options);

  user::VirtualUser* user_;
};

}  // namespace loads
