#pragma once

#include <string>
#include <string_view>
#include <vector>

#include <loads/auth.h>

#include "engine/http/url.h"
#include "engine/message/answer.h"
#include "engine/session/digest.h"

namespace loads::session {

// What a virtual user says of itself in Authorization, and what servers have asked it so far: a digest's nonce is used until the server
// wants another one. Bounded.
class Credentials {
 public:
  // For a request; empty: nothing can be said yet. Throws InvalidRequest when it cannot stand in a header.
  std::string authorization(const Auth& auth, std::string_view method, const http::Url& url);

  // Reads what a 401 asks; whether a request that says it has a chance. `tries` were in vain so far.
  bool learn(const Auth& auth, const http::Url& url, const message::Answer& answer, unsigned tries);

 private:
  struct Asked {
    std::string origin;  // and user: whom it was asked
    Digest digest;
  };

  static constexpr std::size_t kMost = 16;

  std::vector<Asked>::iterator find(const std::string& origin);

  std::vector<Asked> asked_;  // the latest is the last
};

}  // namespace loads::session
