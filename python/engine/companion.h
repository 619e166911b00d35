#pragma once

#include <memory>
#include <vector>

#include "engine/user/virtual_user.h"
#include "engine/websocket/socket.h"
#include "python/engine/twin.h"

namespace loads::python {

// Has a function of Python called with the messages of one web socket, in a greenlet of its own, so that it may wait while the test waits
// for something else. Belongs to the user of the socket.
class Listener {
 public:
  explicit Listener(user::VirtualUser& user) : user_(user), twin_(user.context().loop) {}
  ~Listener();
  Listener(const Listener&) = delete;
  Listener& operator=(const Listener&) = delete;

  // For a socket that is about to be opened; then that socket, or null when it could not be.
  void listen(Object function);
  void serve(std::shared_ptr<websocket::Socket> socket);
  bool is_free() const { return !expects_ && !busy_ && (socket_ == nullptr || socket_->is_over()); }

  // On a fiber. Suspends while the function does.
  void hear(const Message& message);

 private:
  Object made_argument(const Message& message);

  user::VirtualUser& user_;
  Twin twin_;
  Object function_;
  std::shared_ptr<websocket::Socket> socket_;
  bool expects_ = false;  // listen() was called, serve() was not
  bool busy_ = false;
};

// What a virtual user has beside the engine's when its tests are Python's: the twin in which they run, and those who listen to its sockets.
class Companion {
 public:
  explicit Companion(user::VirtualUser& user) : user_(user), twin_(user.context().loop) {}

  static Companion& of(user::VirtualUser& user);  // made when there is none

  Twin& twin() { return twin_; }
  Listener& free_listener();  // called by Python, as what it does up to hear() is

 private:
  user::VirtualUser& user_;
  Twin twin_;
  std::vector<std::unique_ptr<Listener>> listeners_;
};

}  // namespace loads::python
