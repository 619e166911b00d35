// AppResponse: an answer as a page that is read further.

#include <loads/app_response.h>

#include <utility>

#include <loads/app.h>
#include <loads/error.h>
#include <loads/form.h>

#include "engine/html/document.h"
#include "engine/html/find_link.h"
#include "engine/html/page.h"
#include "engine/user/navigation.h"
#include "engine/user/virtual_user.h"

namespace loads {
namespace {

constexpr int kMostRedirects = 100;
constexpr std::string_view kBlanks = " \n\r\t";

bool is_redirect(const AppResponse& response) { return response.status_int() >= 300 && response.status_int() < 400; }

std::string in_quotes(std::string_view text) { return "\"" + std::string(text) + "\""; }

std::string quoted_ids(const html::Page& page) {
  std::string out;
  for (const auto& form : page.forms) {
    if (!form->id.empty()) out.append(out.empty() ? "" : ", ").append(in_quotes(form->id));
  }
  return out.empty() ? "none has an id" : "there are " + out;
}

}  // namespace

AppResponse::AppResponse(Response response, user::VirtualUser& user) : Response(std::move(response)), user_(&user) {}
AppResponse::~AppResponse() = default;
AppResponse::AppResponse(const AppResponse& other) = default;
AppResponse::AppResponse(AppResponse&& other) noexcept = default;
AppResponse& AppResponse::operator=(const AppResponse& other) = default;
AppResponse& AppResponse::operator=(AppResponse&& other) noexcept = default;

std::string AppResponse::status() const { return std::to_string(status_code()) + " " + std::string(reason()); }

std::string AppResponse::normal_body() const {
  std::string out;
  for (const char c : text()) {
    const bool blank = kBlanks.find(c) != std::string_view::npos;
    if (!blank) out += c;
    if (blank && (out.empty() || out.back() != ' ')) out += ' ';
  }
  return out;
}

bool AppResponse::contains(std::string_view part) const {
  return text().find(part) != std::string_view::npos || normal_body().find(part) != std::string::npos;
}

void AppResponse::mustcontain(std::initializer_list<std::string_view> parts, const MustNotContain& not_these) const {
  for (const std::string_view part : parts) {
    if (!contains(part)) throw AppError("the body of " + std::string(url()) + " does not contain " + in_quotes(part));
  }
  for (const std::string& part : not_these.no) {
    if (contains(part)) throw AppError("the body of " + std::string(url()) + " contains " + in_quotes(part));
  }
}

AppResponse AppResponse::follow(const AppOptions& options) const {
  if (!is_redirect(*this)) throw AppError("only redirects can be followed: " + std::string(url()) + " answered " + status());
  if (location().empty()) throw AppError(std::string(url()) + " answered " + status() + " without a Location");
  return App(*user_).get(user::absolute_url(*this, location(), user_->server_url()), options);
}

AppResponse AppResponse::maybe_follow(const AppOptions& options) const {
  AppResponse response = *this;
  for (int i = 0; is_redirect(response); ++i) {
    if (i == kMostRedirects) throw AppError("redirected " + std::to_string(i) + " times, and no end: " + std::string(response.url()));
    response = response.follow(options);
  }
  return response;
}

AppResponse AppResponse::click(std::string_view description, const AppOptions& options) const {
  return click(LinkChoice{.description = std::string(description)}, options);
}

AppResponse AppResponse::click(const LinkChoice& choice, const AppOptions& options) const {
  const html::Link& link = html::find_link(page().links, {choice.description, choice.linkid, choice.href, choice.index}, "link");
  return goto_(link.href, "get", user::with_referer(options, *this));
}

AppResponse AppResponse::clickbutton(std::string_view description, const AppOptions& options) const {
  return clickbutton(LinkButtonChoice{.description = std::string(description)}, options);
}

AppResponse AppResponse::clickbutton(const LinkButtonChoice& choice, const AppOptions& options) const {
  const html::Link& button = html::find_link(page().buttons, {choice.description, choice.buttonid, choice.href, choice.index}, "button");
  return goto_(button.href, "get", user::with_referer(options, *this));
}

AppResponse AppResponse::goto_(std::string_view href, std::string_view method, const AppOptions& options) const {
  const std::string base = page_ ? page_->base : std::string();
  const std::string url = user::url_on_this_server(*this, base, href, user_->server_url());
  if (method == "get") return App(*user_).get(url, options);
  if (method == "post") return App(*user_).post(url, options);
  throw AppError("goto_() gets or posts: the method " + in_quotes(method) + " is neither \"get\" nor \"post\"");
}

const html::Page& AppResponse::page() const {
  if (page_) return *page_;
  try {
    page_ = std::make_shared<const html::Page>(html::read_page(text()));
  } catch (const html::PageError& error) {
    throw AppError(std::string(url()) + " cannot be used: " + error.what());
  }
  return *page_;
}

std::vector<Form> AppResponse::forms() const {
  std::vector<Form> out;
  for (const auto& form : page().forms) out.emplace_back(*this, *form);
  return out;
}

Form AppResponse::form() const {
  const auto& forms = page().forms;
  if (forms.empty()) throw AppError("there is no form on " + std::string(url()));
  if (forms.size() > 1) {
    throw AppError("there are " + std::to_string(forms.size()) + " forms on " + std::string(url()) + ": say which, by index or id");
  }
  return {*this, *forms.front()};
}

Form AppResponse::form(std::size_t index) const {
  const auto& forms = page().forms;
  if (index < forms.size()) return {*this, *forms[index]};
  throw AppError("there is no form with the index " + std::to_string(index) + " on " + std::string(url()) + ", which has " +
                 std::to_string(forms.size()));
}

Form AppResponse::form(std::string_view id) const {
  for (const auto& form : page().forms) {
    if (form->id == id) return {*this, *form};
  }
  throw AppError("there is no form with the id " + in_quotes(id) + " on " + std::string(url()) + ": " + quoted_ids(page()));
}

}  // namespace loads
