#include "engine/user/virtual_user.h"

#include <cxxabi.h>

#include <algorithm>
#include <cstdlib>
#include <typeinfo>

#include <gtest/gtest.h>

#include <loads/error.h>

#include "common/metrics/bounded_text.h"
#include "engine/http/way.h"
#include "engine/user/one_line.h"
#include "engine/user/standalone.h"

namespace loads::user {
namespace {

thread_local VirtualUser* current_user = nullptr;

std::string type_name(const std::exception& error) {
  int status = 0;
  const std::unique_ptr<char, decltype(&std::free)> name(abi::__cxa_demangle(typeid(error).name(), nullptr, nullptr, &status), &std::free);
  return status == 0 ? name.get() : typeid(error).name();
}

std::string_view base_name(std::string_view path) {
  const auto slash = path.rfind('/');
  return slash == std::string_view::npos ? path : path.substr(slash + 1);
}

}  // namespace

VirtualUser::VirtualUser(Context& context, std::uint32_t index)
    : context_(context), index_(index), client_(context.http, index), conversation_(client_, context.session) {}

VirtualUser::~VirtualUser() {
  close_sockets();
  companion_.reset();
}

VirtualUser* VirtualUser::current() { return current_user; }

void VirtualUser::enter(VirtualUser* user) {
  current_user = user;
  guard::set_running(user != nullptr ? user->responsible() : nullptr);
}

class VirtualUser::InTest {
 public:
  InTest(VirtualUser& user, const TestInfo& info) : user_(user) {
    const fiber::Stack& stack = user.context_.loop.running()->stack();
    user.client_.forget_last();
    user.running_ = {info.class_name, info.test_name, stack.bottom, stack.top(), fiber::StackPool::kGuardSize};
    set(true);
  }
  ~InTest() {
    set(false);
    user_.run_ = Run{};  // what a callback of a web socket does between two runs counts for the next one
  }
  InTest(const InTest&) = delete;
  InTest& operator=(const InTest&) = delete;

 private:
  void set(bool in_test) {
    user_.in_test_ = in_test;
    enter(&user_);
  }

  VirtualUser& user_;
};

// A callback runs on the fiber that has received the message, and may do so after the test that has set it.
class VirtualUser::InCallback {
 public:
  InCallback(VirtualUser& user, const guard::Running& test)
      : user_(user), fiber_(*user.context_.loop.running()), next_(std::exchange(user.callbacks_, this)) {
    const fiber::Stack& stack = fiber_.stack();
    running_ = {test.test_class, test.test_name, stack.bottom, stack.top(), fiber::StackPool::kGuardSize};
    enter(&user_);
  }
  ~InCallback() {
    InCallback** link = &user_.callbacks_;
    while (*link != this) link = &(*link)->next_;
    *link = next_;
    enter(&user_);
  }
  InCallback(const InCallback&) = delete;
  InCallback& operator=(const InCallback&) = delete;

  static const guard::Running* find(const InCallback* first, const fiber::Fiber* fiber) {
    while (first != nullptr && &first->fiber_ != fiber) first = first->next_;
    return first == nullptr ? nullptr : &first->running_;
  }

 private:
  VirtualUser& user_;
  const fiber::Fiber& fiber_;
  guard::Running running_{};
  InCallback* next_;
};

// The test that answers for what the running fiber does; null: none.
const guard::Running* VirtualUser::responsible() const {
  if (callbacks_ != nullptr) {
    if (const guard::Running* test = InCallback::find(callbacks_, context_.loop.running())) return test;
  }
  return in_test_ ? &running_ : nullptr;
}

VirtualUser& VirtualUser::current_or_alone() { return current_user != nullptr ? *current_user : standalone_user(); }

template <typename Step>
bool VirtualUser::guarded(Step&& step) {
  try {
    step();
    return true;
  } catch (const fiber::Cancelled&) {
    throw;
  } catch (const RequestFailed& error) {
    if (!has_recorded(error)) {
      const bool tests_fault = dynamic_cast<const InvalidRequest*>(&error) != nullptr;
      note_error(type_name(error) + ": " + error.what(), {}, tests_fault ? metrics::ErrorClass::test : metrics::ErrorClass::target);
    } else {
      ++run_.errors;  // recorded by the client, with the request's name
    }
  } catch (const EndOfRows& error) {
    client_.forget_last();  // which is not to blame
    end_ = error.expected() ? metrics::Outcome::skipped : metrics::Outcome::error;
    error.expected() ? note_skip() : note_error(error.what(), {});
  } catch (const AppError& error) {
    note_failure(true, {}, 0, error.what());
  } catch (const std::exception& error) {
    note_error(type_name(error) + ": " + error.what(), {});
  } catch (...) {
    note_error("an exception that is no std::exception", {});
  }
  return false;
}

metrics::Outcome VirtualUser::run(TestCase& test, const TestInfo& info) {
  using metrics::Outcome;
  const InTest in_test(*this, info);
  ++runs_;
  try {
    if (guarded([&] { test.SetUp(); }) && run_.fatal_failures == 0 && !run_.skipped) guarded([&] { test.TestBody(); });
    guarded([&] { test.TearDown(); });
  } catch (const fiber::Cancelled&) {
    return Outcome::cut;
  }
  if (run_.errors > 0) return Outcome::error;
  if (run_.failures > 0) return Outcome::failure;
  return run_.skipped ? Outcome::skipped : Outcome::success;
}

std::unique_ptr<TestCase> VirtualUser::make(const TestInfo& info) {
  const InTest in_test(*this, info);
  std::unique_ptr<TestCase> test;
  making_ = &info;
  guarded([&] { test.reset(info.make()); });
  making_ = nullptr;
  return test;
}

bool VirtualUser::set_up(TestCase& test, const TestInfo& info) {
  const InTest in_test(*this, info);
  return guarded([&] { test.SetUpUser(); }) && run_.failures == 0 && run_.errors == 0 && !end_;
}

bool VirtualUser::tear_down(TestCase& test, const TestInfo& info) {
  const InTest in_test(*this, info);
  return guarded([&] { test.TearDownUser(); }) && run_.failures == 0;
}

void VirtualUser::destroy(std::unique_ptr<TestCase> test, const TestInfo& info) {
  const InTest in_test(*this, info);
  test.reset();
}

void VirtualUser::deliver(const MessageCallback& callback, const guard::Running& test, const Message& message) {
  if (current() != nullptr) {
    const InCallback in_callback(*this, test);
    guarded([&] { callback(message); });
    return;
  }
  try {
    callback(message);
  } catch (const fiber::Cancelled&) {
    throw;
  } catch (const std::exception& error) {
    ADD_FAILURE() << "the callback of a web socket threw " << error.what();
  } catch (...) {
    ADD_FAILURE() << "the callback of a web socket threw what is no std::exception";
  }
}

Response VirtualUser::request(std::string_view method, std::string_view url, const RequestOptions* options) {
  try {
    if (context_.loop.running() != nullptr) return Response(conversation_.request(method, server_url(), url, options));
    message::Answer* answer = nullptr;
    blocking([&] { answer = conversation_.request(method, server_url(), url, options); });
    return Response(answer);
  } catch (const RequestFailed& error) {
    reported_ = error.what();
    throw;
  }
}

message::Answer* VirtualUser::exchange(const http::Request& request) {
  message::Answer* answer = nullptr;
  blocking([&] { answer = client_.request(request); });
  return answer;
}

void VirtualUser::set_way(const RequestOptions& options) {
  client_.set_way(http::changed_way(client_.way(), options, context_.http.files));
}

void VirtualUser::sleep_for(std::chrono::nanoseconds time) {
  blocking([&] { context_.loop.sleep_until(fiber::Clock::now() + time); });
}

void VirtualUser::count(std::string_view counter, std::int64_t by) { metrics::entry(slice().counters, metrics::bounded(counter)) += by; }

// Histograms hold whole numbers: three decimals survive. A value below 0 counts as 0.
void VirtualUser::add_to_trend(std::string_view name, double value) {
  const double scaled = value * 1000.0;
  metrics::entry(slice().trends, metrics::bounded(name)).record(scaled > 0 ? static_cast<std::uint64_t>(std::min(scaled + 0.5, 1e18)) : 0);
}

void VirtualUser::count_check(std::string_view name, bool passed) {
  metrics::CheckStats& stats = metrics::entry(slice().checks, metrics::bounded(name));
  ++(passed ? stats.passed : stats.failed);
}

const std::string& VirtualUser::server_url() const {
  if (!server_url_.empty()) return server_url_;
  return context_.settings.server_url.empty() ? default_server_url_ : context_.settings.server_url;
}

std::mt19937_64& VirtualUser::random() {
  if (!random_) {
    const Settings& given = context_.settings;
    std::vector<std::uint32_t> parts{static_cast<std::uint32_t>(given.seed), static_cast<std::uint32_t>(given.seed >> 32U), index_};
    if (given.agent_index > 0) parts.push_back(given.agent_index);  // the first agent's users are those of a local run
    std::seed_seq seed(parts.begin(), parts.end());
    random_ = std::make_unique<std::mt19937_64>(seed);
  }
  return *random_;
}

feed::Place VirtualUser::place() const {
  return {context_.settings.agent_index, context_.settings.agents, index_, context_.users, context_.settings.most_users};
}

std::uint64_t& VirtualUser::rows_taken(feed::Feed& feed) {
  if (feed.options().order == Order::unique) return feed.taken_by(index_, context_.settings.most_users);
  for (auto& [known, taken] : rows_taken_) {
    if (known == &feed) return taken;
  }
  return rows_taken_.emplace_back(&feed, 0).second;
}

void VirtualUser::note_failure(bool fatal, std::string_view file, int line, std::string_view message) {
  ++run_.failures;
  if (fatal) ++run_.fatal_failures;
  std::string text = one_line(message);
  for (auto trace = run_.traces.rbegin(); trace != run_.traces.rend(); ++trace) text += " [" + *trace + "]";
  std::string location;
  if (!file.empty()) location = std::string(base_name(file)) + (line > 0 ? ":" + std::to_string(line) : "");
  client_.find_fault_with_last(text, location);
  add_problem(metrics::ProblemKind::failure, metrics::ErrorClass::test, std::move(text), std::move(location));
}

void VirtualUser::note_error(std::string_view message, std::string location, metrics::ErrorClass blame) {
  ++run_.errors;
  std::string text = one_line(message);
  client_.find_fault_with_last(text, location);
  add_problem(metrics::ProblemKind::error, blame, std::move(text), std::move(location));
}

void VirtualUser::add_problem(metrics::ProblemKind kind, metrics::ErrorClass blame, std::string message, std::string location) {
  metrics::Problem problem;
  problem.kind = kind;
  problem.blame = blame;
  problem.message = std::move(message);
  problem.location = std::move(location);
  problem.count = 1;
  problem.first = problem.last = std::chrono::system_clock::now();
  slice().problems.add(std::move(problem));
}

}  // namespace loads::user
