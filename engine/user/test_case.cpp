#include <loads/test_case.h>

#include <loads/scoped_trace.h>

#include <algorithm>
#include <memory>
#include <mutex>
#include <random>

#include "engine/user/virtual_user.h"

namespace loads {

namespace {

std::mutex google_test_mutex;

}  // namespace

void detail::GoogleTestLock::lock() { google_test_mutex.lock(); }
void detail::GoogleTestLock::unlock() { google_test_mutex.unlock(); }

// Unlocked while the author's own constructors and destructors run: they may wait, and this is no lock to wait with.
TestCase::TestCase() : user_(&user::VirtualUser::current_or_alone()), session(*user_), app(*user_) { unlock(); }

TestCase::~TestCase() { lock(); }

TestCase* TestCase::make_alone(const detail::TestInfo& test) {
  std::unique_ptr<TestCase> object(test.make());
  object->SetUpUser();
  object->set_up_alone_ = true;
  return object.release();
}

void TestCase::tear_down_alone() {
  if (!set_up_alone_) return;
  try {
    TearDownUser();
  } catch (const std::exception& error) {  // this is a destructor
    ADD_FAILURE() << "TearDownUser threw " << error.what();
  } catch (...) {
    ADD_FAILURE() << "TearDownUser threw";
  }
}

bool TestCase::HasFatalFailure() {
  const auto* user = user::VirtualUser::current();
  return user != nullptr ? user->fatal_failures() > 0 : testing::Test::HasFatalFailure();
}

bool TestCase::HasNonfatalFailure() {
  const auto* user = user::VirtualUser::current();
  return user != nullptr ? user->failures() > user->fatal_failures() : testing::Test::HasNonfatalFailure();
}

bool TestCase::HasFailure() { return HasFatalFailure() || HasNonfatalFailure(); }

void TestCase::incr_counter(std::string_view name, std::int64_t by) { user_->count(name, by); }

void TestCase::trend(std::string_view name, double value) { user_->add_to_trend(name, value); }

bool TestCase::check(std::string_view name, bool passed) {
  user_->count_check(name, passed);
  return passed;
}

void TestCase::sleep_for(std::chrono::nanoseconds time) { user_->sleep_for(time); }

void TestCase::sleep_between(std::chrono::nanoseconds least, std::chrono::nanoseconds most) {
  std::uniform_int_distribution<std::int64_t> between(least.count(), std::max(least, most).count());
  user_->sleep_for(std::chrono::nanoseconds(between(user_->random())));
}

WebSocket TestCase::create_ws(std::string_view url, MessageCallback callback, const WebSocketOptions& options) {
  return {*user_, user_->open_ws(url, std::move(callback), options)};
}

User TestCase::user() { return User(*user_); }

void TestCase::default_server_url(std::string_view url) { user_->set_default_server_url(url); }

namespace detail {

// Outside of a load test GoogleTest's own trace is used.
ScopedTrace::ScopedTrace(const char* file, int line, const std::string& message) {
  if (auto* user = user::VirtualUser::current()) {
    user->push_trace(message);
  } else {
    alone_ = std::make_unique<testing::ScopedTrace>(file, line, message);
  }
}

ScopedTrace::~ScopedTrace() {
  if (alone_) return;
  if (auto* user = user::VirtualUser::current()) user->pop_trace();
}

int fatal_failures() {
  const auto* user = user::VirtualUser::current();
  if (user != nullptr) return user->fatal_failures();
  const auto* info = testing::UnitTest::GetInstance()->current_test_info();
  if (info == nullptr) return 0;
  int count = 0;
  for (int i = 0; i < info->result()->total_part_count(); ++i) {
    if (info->result()->GetTestPartResult(i).fatally_failed()) ++count;
  }
  return count;
}

}  // namespace detail
}  // namespace loads
