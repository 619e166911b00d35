#pragma once

#include <chrono>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <loads/export.h>

namespace loads {

namespace user {
class VirtualUser;
}

// A cookie, as a server has set it or a test makes it up.
struct Cookie {
  std::string name{};
  std::string value{};
  std::string domain{};                               // "example.com". Of a test's own, empty: sent to every host
  std::string path = "/";                             // sent to it and to what is below it
  std::optional<std::chrono::sys_seconds> expires{};  // never: when the virtual user ends
  bool host_only = false;                             // not sent to the subdomains of `domain`
  bool secure = false;                                // sent over https only
  bool http_only = false;                             // hidden from a page's scripts; of no meaning here
};

// The cookies of a virtual user, kept from request to request and from test run to test run, with the names of Python's Requests. A cheap
// handle.
class LOADS_API Cookies {
 public:
  explicit Cookies(user::VirtualUser& user) : user_(&user) {}

  std::string get(std::string_view name, std::string_view otherwise = {}) const;  // its value, the most specific one's
  bool contains(std::string_view name) const;
  void set(std::string_view name, std::string_view value);  // sent to every host
  void set(const Cookie& cookie);                           // throws InvalidRequest when it cannot be sent
  void erase(std::string_view name);                        // of all domains and paths
  void clear();
  std::vector<Cookie> list() const;  // those that have not expired, in the order in which they would be sent
  std::size_t size() const;

 private:
  user::VirtualUser* user_;
};

}  // namespace loads
