#pragma once

#include <cstdint>
#include <string>
#include <utility>

#include <loads/export.h>

namespace loads {

// Who a request comes from, for RequestOptions::auth and Session::auth(). A pair is basic authentication, as with Python's Requests:
//   session.get("/private", {.auth = {"anna", "secret"}});
//   session.auth(loads::DigestAuth("anna", "secret"));
class LOADS_API Auth {
 public:
  enum class Kind : std::uint8_t { none, basic, digest, bearer };

  Auth() = default;  // nobody
  Auth(std::string user, std::string password) : Auth(Kind::basic, std::move(user), std::move(password)) {}

  Kind kind() const { return kind_; }
  const std::string& user() const { return user_; }
  const std::string& secret() const { return secret_; }  // the password, or the bearer's token
  explicit operator bool() const { return kind_ != Kind::none; }

 protected:
  Auth(Kind kind, std::string user, std::string secret) : kind_(kind), user_(std::move(user)), secret_(std::move(secret)) {}

 private:
  Kind kind_ = Kind::none;
  std::string user_;
  std::string secret_;
};

// RFC 7617: the password goes with every request.
struct BasicAuth : Auth {
  BasicAuth(std::string user, std::string password) : Auth(Kind::basic, std::move(user), std::move(password)) {}
};

// RFC 7616: the server asks with a 401, and what is sent is a digest of the password. The 401 is a request of its own in the report, and
// the first of Response::history(); later requests answer in advance what was asked then.
struct DigestAuth : Auth {
  DigestAuth(std::string user, std::string password) : Auth(Kind::digest, std::move(user), std::move(password)) {}
};

// RFC 6750: "Authorization: Bearer TOKEN".
struct BearerAuth : Auth {
  explicit BearerAuth(std::string token) : Auth(Kind::bearer, {}, std::move(token)) {}
};

}  // namespace loads
