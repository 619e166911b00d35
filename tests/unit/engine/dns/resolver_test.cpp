#include "engine/dns/resolver.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <filesystem>
#include <future>
#include <semaphore>
#include <set>
#include <string>
#include <thread>
#include <vector>

namespace loads::dns {
namespace {

using namespace std::chrono_literals;

Result one(const char* host) { return {{*Address::parse(host, 0)}, {}}; }

// Asks and waits for the answer.
std::future<Result> ask(Resolver& resolver, const std::string& host, std::uint16_t port = 80) {
  auto promise = std::make_shared<std::promise<Result>>();
  resolver.lookup(host, port, [promise](const Result& result) { promise->set_value(result); });
  return promise->get_future();
}

std::vector<std::string> texts(const Result& result) {
  std::vector<std::string> out;
  for (const Address& address : result.addresses) out.push_back(address.to_string());
  return out;
}

// A system whose answers the test holds back.
struct HeldSystem {
  std::counting_semaphore<1000> asked{0};
  std::counting_semaphore<1000> allowed{0};
  std::atomic<int> lookups{0};

  Resolver::Lookup lookup() {
    return [this](const std::string&) {
      ++lookups;
      asked.release();
      allowed.acquire();
      return one("10.0.0.7");
    };
  }
};

TEST(Resolver, AnswersFiguresAtOnceOnTheCallingThread) {
  Resolver resolver(true, [](const std::string& host) -> Result { throw std::logic_error(host); });
  std::thread::id thread;
  std::string text;
  resolver.lookup("127.0.0.1", 9200, [&](const Result& result) {
    thread = std::this_thread::get_id();
    text = result.addresses.at(0).to_string();
  });
  EXPECT_EQ(thread, std::this_thread::get_id());
  EXPECT_EQ(text, "127.0.0.1:9200");
  EXPECT_THAT(texts(resolver.cached("::1", 9200).value()), testing::ElementsAre("[::1]:9200"));
}

TEST(Resolver, LooksANameUpOnAThreadOfItsOwn) {
  std::atomic<std::thread::id> thread;
  Resolver resolver(true, [&](const std::string& host) {
    thread = std::this_thread::get_id();
    EXPECT_EQ(host, "example.com");
    return one("10.0.0.7");
  });
  EXPECT_FALSE(resolver.cached("example.com", 80));
  EXPECT_THAT(texts(ask(resolver, "example.com", 9200).get()), testing::ElementsAre("10.0.0.7:9200"));
  EXPECT_NE(thread.load(), std::this_thread::get_id());
}

TEST(Resolver, KeepsTheOrderOfTheAddresses) {
  Resolver resolver(true, [](const std::string&) -> Result {
    return {{*Address::parse("::1", 0), *Address::parse("127.0.0.1", 0), *Address::parse("10.0.0.7", 0)}, {}};
  });
  EXPECT_THAT(texts(ask(resolver, "h", 80).get()), testing::ElementsAre("[::1]:80", "127.0.0.1:80", "10.0.0.7:80"));
}

TEST(Resolver, LooksEachNameUpOnceForAllPorts) {
  std::atomic<int> lookups = 0;
  Resolver resolver(true, [&](const std::string&) { return ++lookups, one("10.0.0.7"); });
  ask(resolver, "h", 80).get();
  EXPECT_THAT(texts(ask(resolver, "h", 81).get()), testing::ElementsAre("10.0.0.7:81"));
  EXPECT_THAT(texts(resolver.cached("h", 82).value()), testing::ElementsAre("10.0.0.7:82"));
  EXPECT_EQ(lookups, 1);
  ask(resolver, "other", 80).get();
  EXPECT_EQ(lookups, 2);
}

TEST(Resolver, LooksUpAnewForEveryCallWhenToldSo) {
  std::atomic<int> lookups = 0;
  Resolver resolver(false, [&](const std::string&) { return ++lookups, one("10.0.0.7"); });
  for (int i = 0; i < 3; ++i) ask(resolver, "h").get();
  EXPECT_EQ(lookups, 3);
  EXPECT_FALSE(resolver.cached("h", 80));
}

TEST(Resolver, SharesALookupAmongThoseWhoAskMeanwhile) {
  HeldSystem system;
  Resolver resolver(true, system.lookup());
  std::vector<std::future<Result>> answers;
  for (std::uint16_t port = 1; port <= 100; ++port) answers.push_back(ask(resolver, "h", port));
  system.allowed.release(100);
  for (std::uint16_t port = 1; port <= 100; ++port) EXPECT_EQ(answers[port - 1u].get().addresses.at(0).port(), port);
  EXPECT_EQ(system.lookups, 1);
}

TEST(Resolver, RemembersAFailureForOneSecond) {
  std::atomic<int> lookups = 0;
  std::atomic<std::chrono::milliseconds> time = 0ms;
  Resolver resolver(
      true,
      [&](const std::string&) {
        return ++lookups == 1 ? Result{{}, "no such host"} : one("10.0.0.7");
      },
      [&] { return std::chrono::steady_clock::time_point(time.load()); });
  EXPECT_EQ(ask(resolver, "h").get().error, "no such host");
  time = 999ms;
  EXPECT_EQ(ask(resolver, "h").get().error, "no such host");
  EXPECT_EQ(resolver.cached("h", 80).value().error, "no such host");
  EXPECT_EQ(lookups, 1);
  time = 1000ms;
  EXPECT_FALSE(resolver.cached("h", 80));
  EXPECT_TRUE(ask(resolver, "h").get());
  time = 1h;
  EXPECT_TRUE(ask(resolver, "h").get());
  EXPECT_EQ(lookups, 2);
}

std::ptrdiff_t threads_of_this_process() {
  return std::distance(std::filesystem::directory_iterator("/proc/self/task"), std::filesystem::directory_iterator());
}

TEST(Resolver, UsesFourThreadsAtMost) {
  HeldSystem system;
  Resolver resolver(true, system.lookup());
  std::vector<std::future<Result>> answers;
  std::thread([] {}).join();  // with the first thread of a process ThreadSanitizer starts one of its own
  const std::ptrdiff_t before = threads_of_this_process();
  for (int i = 0; i < 20; ++i) answers.push_back(ask(resolver, "h" + std::to_string(i)));
  EXPECT_LE(threads_of_this_process() - before, 4);
  system.allowed.release(20);
  for (auto& answer : answers) EXPECT_TRUE(answer.get());
}

TEST(Resolver, IsNotHeldUpByASlowName) {
  std::binary_semaphore slow_may_go{0};
  Resolver resolver(true, [&](const std::string& host) {
    if (host == "slow") slow_may_go.acquire();
    return one("10.0.0.7");
  });
  auto slow = ask(resolver, "slow");
  EXPECT_TRUE(ask(resolver, "quick").get());
  EXPECT_EQ(slow.wait_for(0s), std::future_status::timeout);
  slow_may_go.release();
  EXPECT_TRUE(slow.get());
}

TEST(Resolver, EndsWithoutWaitingForALookupThatHangs) {
  auto system = std::make_shared<HeldSystem>();
  auto called = std::make_shared<std::atomic<bool>>(false);
  {
    Resolver resolver(true, [system, inner = system->lookup()](const std::string& host) { return inner(host); });
    resolver.lookup("hangs", 80, [called](const Result&) { *called = true; });
    resolver.lookup("hangs too", 80, [called](const Result&) { *called = true; });
    system->asked.acquire();
  }
  EXPECT_EQ(called.use_count(), 1) << "the callbacks are to be gone with the resolver";
  system->allowed.release(2);
  EXPECT_FALSE(*called);
}

TEST(Resolver, CanBeAskedAgainFromACallback) {
  Resolver resolver(true, [](const std::string&) { return one("10.0.0.7"); });
  std::promise<Result> second;
  resolver.lookup("a", 80, [&](const Result&) { resolver.lookup("b", 81, [&](const Result& result) { second.set_value(result); }); });
  EXPECT_THAT(texts(second.get_future().get()), testing::ElementsAre("10.0.0.7:81"));
}

TEST(Resolver, ServesManyThreadsAtOnce) {
  std::atomic<int> lookups = 0;
  std::atomic<int> answers = 0;
  {
    Resolver resolver(true, [&](const std::string&) { return ++lookups, one("10.0.0.7"); });
    std::vector<std::thread> threads;
    for (int thread = 0; thread < 4; ++thread) {
      threads.emplace_back([&] {
        for (int i = 0; i < 200; ++i) {
          const std::string host = "h" + std::to_string(i % 10);
          if (ask(resolver, host).get() && resolver.cached(host, 80)) ++answers;
        }
      });
    }
    for (std::thread& thread : threads) thread.join();
  }
  EXPECT_EQ(answers, 800);
  EXPECT_EQ(lookups, 10);
}

TEST(SystemLookup, FindsTheLoopback) {
  const Result result = system_lookup("localhost");
  ASSERT_EQ(result.error, "");
  std::set<std::string> hosts;
  for (const Address& address : result.addresses) hosts.insert(address.host());
  EXPECT_TRUE(hosts.contains("127.0.0.1") || hosts.contains("::1"));
  EXPECT_EQ(hosts.size(), result.addresses.size()) << "each address is given once";
}

TEST(SystemLookup, SaysWhyThereIsNoAddress) {
  Resolver resolver(true);
  const Result result = ask(resolver, "nosuch.invalid").get();
  EXPECT_TRUE(result.addresses.empty());
  EXPECT_THAT(result.error, testing::AnyOf("Name or service not known", "Temporary failure in name resolution"));
}

}  // namespace
}  // namespace loads::dns
