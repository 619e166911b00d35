#pragma once

#include <string>

namespace loads::target {

// What the target looks at in a request. Reused from one request of a connection to the next.
struct Request {
  std::string method;
  std::string target;  // as sent, with its query
  std::string cookie;
  std::string authorization;
  std::string body;
  bool keep_alive = true;
  bool websocket = false;  // asks to become a web socket
  bool expects_continue = false;

  void clear() {
    method.clear();
    target.clear();
    cookie.clear();
    authorization.clear();
    body.clear();
    keep_alive = true;
    websocket = false;
    expects_continue = false;
  }
};

}  // namespace loads::target
