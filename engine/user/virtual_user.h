#pragma once

#include <cstdint>
#include <exception>
#include <functional>
#include <memory>
#include <optional>
#include <random>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <loads/error.h>
#include <loads/request_options.h>
#include <loads/response.h>
#include <loads/session.h>
#include <loads/test_case.h>
#include <loads/websocket.h>

#include "common/metrics/slice.h"
#include "engine/feed/feed.h"
#include "engine/guard/running.h"
#include "engine/http/client.h"
#include "engine/session/conversation.h"
#include "engine/user/context.h"
#include "engine/user/test_registry.h"
#include "engine/websocket/socket.h"

namespace loads::user {

// One virtual user: its client, its random numbers, and what happens in the test run that it is in. TestCase, Session, App and User are
// its faces for the author of a test. Belongs to the thread of its context, and to one fiber in it.
class VirtualUser {
 public:
  VirtualUser(Context& context, std::uint32_t index);
  ~VirtualUser();  // closes what is left open; suspends
  VirtualUser(const VirtualUser&) = delete;
  VirtualUser& operator=(const VirtualUser&) = delete;

  // The user whose code runs on this thread now; null between them.
  static VirtualUser* current();
  static void enter(VirtualUser* user);
  // The same, or outside of a load test (the test is run by GoogleTest alone) a user of this thread's own.
  static VirtualUser& current_or_alone();

  // A new object of the test's class; null when its constructor threw, which is recorded.
  std::unique_ptr<TestCase> make(const TestInfo& info);
  // Runs the test once: SetUp, the test, TearDown. What goes wrong is recorded here. Suspends.
  metrics::Outcome run(TestCase& test, const TestInfo& info);
  // SetUpUser and TearDownUser; false when something went wrong in it, which is recorded.
  bool set_up(TestCase& test, const TestInfo& info);
  bool tear_down(TestCase& test, const TestInfo& info);
  // Its destructor is the author's too: a crash in it is the test's.
  void destroy(std::unique_ptr<TestCase> test, const TestInfo& info);

  // For the faces. `options` may be null.
  Response request(std::string_view method, std::string_view url, const RequestOptions* options);
  // One request and its answer, of which the caller has a reference: nothing that a session adds, since that of another language does it.
  message::Answer* exchange(const http::Request& request);
  std::vector<Response> batch(const std::vector<BatchRequest>& requests);
  std::shared_ptr<websocket::Socket> open_ws(std::string_view url, MessageCallback callback, const WebSocketOptions& options);
  // Calls `action`, which uses the socket and may suspend.
  template <typename Action>
  void use(const websocket::Socket& socket, Action&& action) {
    try {
      blocking(action);
    } catch (const RequestFailed& error) {
      if (socket.recorded() == error.what()) reported_ = error.what();
      throw;
    }
  }
  void leave(const std::shared_ptr<websocket::Socket>& socket) noexcept;
  bool has_sockets() const { return !sockets_.empty(); }
  void set_header(std::string_view name, std::string_view value) { client_.set_header(name, value); }
  session::CookieJar& cookies() { return conversation_.cookies(); }
  void set_auth(Auth auth) { conversation_.set_auth(std::move(auth)); }
  void set_way(const RequestOptions& options);  // what of them is about connections
  void close_connections() { client_.close_connections(); }
  void sleep_for(std::chrono::nanoseconds time);
  // The client has recorded this one itself: it is no other error when the test does not catch it.
  void note_recorded(const RequestFailed& error) { reported_ = error.what(); }
  bool has_recorded(const RequestFailed& error) const { return reported_ == error.what(); }
  void count(std::string_view counter, std::int64_t by);
  void add_to_trend(std::string_view name, double value);
  void count_check(std::string_view name, bool passed);
  metrics::Slice& slice() { return context_.recorder.slice(); }
  const Settings& settings() const { return context_.settings; }
  const std::string& server_url() const;
  void set_server_url(std::string_view url) { server_url_ = url; }
  void set_default_server_url(std::string_view url) { default_server_url_ = url; }
  std::uint32_t index() const { return index_; }
  std::uint64_t runs() const { return runs_; }
  std::uint32_t users() const { return context_.users; }
  std::mt19937_64& random();
  feed::Place place() const;                    // among all users of the run
  std::uint64_t& rows_taken(feed::Feed& feed);  // by this user

  // The user has run out of data, and is not to run again: how that is to be counted.
  const std::optional<metrics::Outcome>& end() const { return end_; }
  void end_with(metrics::Outcome outcome) { end_ = outcome; }

  // Failed assertions of the present run, as GoogleTest reports them.
  void note_failure(bool fatal, std::string_view file, int line, std::string_view message);
  void note_skip() { run_.skipped = true; }

  // For tests of other languages, which hand in their errors by themselves: `location` is "example.py:14", or empty.
  void note_error(std::string_view message, std::string location, metrics::ErrorClass blame = metrics::ErrorClass::test);
  void note_recorded_error() { ++run_.errors; }       // one that the client has recorded
  const TestInfo* making() const { return making_; }  // what the object is for that is being made
  http::Client& client() { return client_; }
  Context& context() { return context_; }
  // Whatever the host of the tests keeps for this user. Destroyed on its fiber.
  std::shared_ptr<void>& companion() { return companion_; }
  int fatal_failures() const { return run_.fatal_failures; }
  int failures() const { return run_.failures; }
  void push_trace(std::string text) { run_.traces.push_back(std::move(text)); }
  void pop_trace() {
    if (!run_.traces.empty()) run_.traces.pop_back();
  }

 private:
  struct Run {
    int failures = 0;
    int fatal_failures = 0;
    int errors = 0;
    bool skipped = false;
    std::vector<std::string> traces;
  };

  // The time in which the crash guard and the watchdog hold `info` responsible, and the same for a callback on any of the user's fibers.
  class InTest;
  class InCallback;

  void run_batch(const std::vector<BatchRequest>& requests, std::vector<Response>& responses, std::vector<std::exception_ptr>& errors);
  // Calls `action`, which may suspend.
  template <typename Action>
  void blocking(Action&& action) {
    context_.loop.running() != nullptr ? action() : run_alone(action);
  }
  void run_alone(const std::function<void()>& action);
  void close_sockets();
  void deliver(const MessageCallback& callback, const guard::Running& test, const Message& message);
  const guard::Running* responsible() const;

  // Calls `step` and records what it throws; false when it threw. Cancelled passes.
  template <typename Step>
  bool guarded(Step&& step);
  void add_problem(metrics::ProblemKind kind, metrics::ErrorClass blame, std::string message, std::string location);

  Context& context_;
  std::uint32_t index_;
  const TestInfo* making_ = nullptr;
  std::uint64_t runs_ = 0;
  http::Client client_;
  session::Conversation conversation_;
  std::vector<std::shared_ptr<websocket::Socket>> sockets_;  // those that are open, or served
  std::string server_url_;
  std::string default_server_url_;
  std::unique_ptr<std::mt19937_64> random_;  // made when it is asked for: it is large
  guard::Running running_{};                 // the test, while one runs
  bool in_test_ = false;
  InCallback* callbacks_ = nullptr;  // those under way: a list of theirs
  std::string reported_;             // what the client has thrown last, and recorded itself
  Run run_;
  std::vector<std::pair<const feed::Feed*, std::uint64_t>> rows_taken_;
  std::optional<metrics::Outcome> end_;
  std::shared_ptr<void> companion_;
};

}  // namespace loads::user
