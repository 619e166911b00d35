#pragma once

#include <cstddef>
#include <initializer_list>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <loads/app_options.h>
#include <loads/export.h>
#include <loads/response.h>

namespace loads {

namespace user {
class VirtualUser;
}
namespace html {
struct Page;
}

class Form;

// Which link is meant. Texts are found as they are or as POSIX extended regular expressions (with \d, \w and \s); all that are given have
// to match, and just one link, unless `index` says which.
struct LinkChoice {
  std::string description{};  // in what stands between <a> and </a>
  std::string linkid{};       // in the id
  std::string href{};         // in the href, as it stands in the page
  std::optional<std::size_t> index{};
};

// The same of <button onclick="location.href='/x'">.
struct LinkButtonChoice {
  std::string description{};
  std::string buttonid{};
  std::string href{};
  std::optional<std::size_t> index{};
};

// What must not be in a page, for mustcontain().
struct MustNotContain {
  std::vector<std::string> no{};
};

// An answer to a request of App, in the manner of WebTest: all of Response, and what a reader of the page can do next. Like Response it is
// a cheap handle. What is not there (a link, a form, a text) throws AppError, which ends the test run as a Failure.
class LOADS_API AppResponse : public Response {
 public:
  AppResponse(Response response, user::VirtualUser& user);
  ~AppResponse();
  AppResponse(const AppResponse& other);
  AppResponse(AppResponse&& other) noexcept;
  AppResponse& operator=(const AppResponse& other);
  AppResponse& operator=(AppResponse&& other) noexcept;

  std::string status() const;  // "404 Not Found"
  int status_int() const { return status_code(); }
  std::string_view body() const { return content(); }
  std::string normal_body() const;  // with each run of blanks and line ends as one blank
  std::string_view location() const { return header("Location"); }

  bool contains(std::string_view part) const;  // in the body, or in normal_body()
  void mustcontain(std::initializer_list<std::string_view> parts, const MustNotContain& not_these = {}) const;
  void mustcontain(std::string_view part, const MustNotContain& not_these = {}) const { mustcontain({part}, not_these); }

  AppResponse follow(const AppOptions& options = {}) const;        // of a redirect: gets what it leads to
  AppResponse maybe_follow(const AppOptions& options = {}) const;  // as long as it is a redirect, up to 100 times

  AppResponse click(std::string_view description, const AppOptions& options = {}) const;
  AppResponse click(const LinkChoice& choice, const AppOptions& options = {}) const;
  AppResponse clickbutton(std::string_view description, const AppOptions& options = {}) const;
  AppResponse clickbutton(const LinkButtonChoice& choice, const AppOptions& options = {}) const;
  // To a link of this page, or any other. Scheme and host in it are ignored: the test stays with the server that it tests.
  AppResponse goto_(std::string_view href, std::string_view method = "get", const AppOptions& options = {}) const;

  // The forms of the page. They are read once, so what is filled in stays filled in.
  std::vector<Form> forms() const;
  Form form() const;  // the only one
  Form form(std::size_t index) const;
  Form form(std::string_view id) const;

 private:
  friend class Form;
  const html::Page& page() const;

  user::VirtualUser* user_;
  mutable std::shared_ptr<const html::Page> page_;  // read when it is asked for
};

}  // namespace loads
