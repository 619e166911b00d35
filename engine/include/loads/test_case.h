#pragma once

#include <gtest/gtest.h>

#include <chrono>
#include <cstdint>
#include <string_view>

#include <loads/app.h>
#include <loads/export.h>
#include <loads/registration.h>
#include <loads/session.h>
#include <loads/user.h>
#include <loads/websocket.h>

namespace loads {

namespace detail {

// Keeps the making and the end of testing::Test to one thread at a time: GoogleTest saves its flags, global strings, in the one and puts
// them back in the other. A base that comes before testing::Test, so that it is locked before and unlocked after.
class LOADS_API GoogleTestLock {
 protected:
  GoogleTestLock() { lock(); }
  ~GoogleTestLock() { unlock(); }
  static void lock();
  static void unlock();
};

}  // namespace detail

// The base of a test class: a GoogleTest fixture that has a session. Each virtual user has an object of its own for each test that it runs.
// SetUp() and TearDown() go round every run of the test; SetUpUser() is called once on each object before its first run, TearDownUser() at
// the end of the user's life.
//
// GoogleTest's assertions and matchers work as usual: a failed one makes the run a Failure, an exception makes it an Error, and both belong
// to the virtual user that met them. As an ordinary GoogleTest program (loads_add_test) the same class runs each test once.
class LOADS_API TestCase : private detail::GoogleTestLock, public testing::Test {
 public:
  ~TestCase() override;

  virtual void SetUpUser() {}
  virtual void TearDownUser() {}

  // Shadow GoogleTest's, which know nothing of virtual users.
  static bool HasFatalFailure();
  static bool HasNonfatalFailure();
  static bool HasFailure();

  // A test that GoogleTest runs alone: set up for its only user.
  static TestCase* make_alone(const detail::TestInfo& test);

 protected:
  TestCase();
  void tear_down_alone();  // called by the destructor that LOADS_TEST writes

  void incr_counter(std::string_view name, std::int64_t by = 1);                      // "Custom metrics" of the summary
  void trend(std::string_view name, double value);                                    // a value whose distribution is of interest
  bool check(std::string_view name, bool passed);                                     // counted, never failing; gives `passed` back
  void sleep_for(std::chrono::nanoseconds time);                                      // only this virtual user waits
  void sleep_between(std::chrono::nanoseconds least, std::chrono::nanoseconds most);  // evenly distributed
  User user();

  // Opens a web socket: ws:// or wss://, or a path on the server of --server-url. Each message that comes is given to the callback, if
  // there is one, and to WebSocket::receive(). The handshake is a request; without a web socket it throws ConnectionError.
  WebSocket create_ws(std::string_view url, MessageCallback callback = {}, const WebSocketOptions& options = {});

  void default_server_url(std::string_view url);  // used when there is no --server-url; for constructors

 private:
  friend class user::VirtualUser;
  void TestBody() override = 0;  // the test itself, from LOADS_TEST

  bool set_up_alone_ = false;
  user::VirtualUser* user_;  // before the clients, which are made from it

 public:
  Session session;
  App app;
};

}  // namespace loads
