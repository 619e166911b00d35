#include <loads/cookies.h>

#include <algorithm>

#include "engine/user/virtual_user.h"

namespace loads {
namespace {

session::CookieJar::Time now() { return std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now()); }

}  // namespace

std::string Cookies::get(std::string_view name, std::string_view otherwise) const {
  const auto cookies = list();
  const auto found = std::ranges::find(cookies, name, &Cookie::name);
  return found == cookies.end() ? std::string(otherwise) : found->value;
}

bool Cookies::contains(std::string_view name) const {
  const auto cookies = list();
  return std::ranges::find(cookies, name, &Cookie::name) != cookies.end();
}

void Cookies::set(std::string_view name, std::string_view value) { set({.name = std::string(name), .value = std::string(value)}); }
void Cookies::set(const Cookie& cookie) { user_->cookies().set(cookie, now()); }
void Cookies::erase(std::string_view name) { user_->cookies().erase(name); }
void Cookies::clear() { user_->cookies().clear(); }
std::vector<Cookie> Cookies::list() const { return user_->cookies().list(now()); }
std::size_t Cookies::size() const { return list().size(); }

}  // namespace loads
