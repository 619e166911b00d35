#include "common/notify.h"

#include <gmock/gmock.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <array>
#include <chrono>
#include <filesystem>
#include <string>
#include <vector>

#include "common/descriptor.h"

namespace loads {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::IsEmpty;

// The socket of a service manager, named in the environment for as long as the test lasts.
class NotifyTest : public testing::Test {
 protected:
  void SetUp() override {
    std::filesystem::remove(path_);
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    path_.copy(address.sun_path, sizeof address.sun_path - 1);
    ASSERT_EQ(::bind(socket_.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address), 0);
    ::setenv("NOTIFY_SOCKET", path_.c_str(), 1);
  }

  void TearDown() override {
    for (const char* name : {"NOTIFY_SOCKET", "WATCHDOG_USEC", "WATCHDOG_PID"}) ::unsetenv(name);
    std::filesystem::remove(path_);
  }

  std::vector<std::string> told() {
    std::vector<std::string> all;
    std::array<char, 256> buffer;
    for (ssize_t size = 0; (size = ::recv(socket_.get(), buffer.data(), buffer.size(), MSG_DONTWAIT)) > 0;)
      all.emplace_back(buffer.data(), static_cast<std::size_t>(size));
    return all;
  }

 private:
  std::string path_ = testing::TempDir() + "notify-" + std::to_string(::getpid());
  Descriptor socket_{::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0)};
};

TEST_F(NotifyTest, TellsItsStatesInTheirOrder) {
  Notify notify;
  notify.ready();
  notify.stopping();
  EXPECT_THAT(told(), ElementsAre("READY=1", "STOPPING=1"));
}

TEST_F(NotifyTest, AStatusIsToldOnceUntilItChanges) {
  Notify notify;
  notify.status("5 agents");
  notify.status("5 agents");
  notify.status("4 agents");
  EXPECT_THAT(told(), ElementsAre("STATUS=5 agents", "STATUS=4 agents"));
}

TEST_F(NotifyTest, LifeIsShownTwiceInAPeriodOfTheWatchdog) {
  ::setenv("WATCHDOG_USEC", "10000000", 1);
  Notify notify;
  const Notify::Clock::time_point start{1h};
  for (const auto after : {0ms, 50ms, 4999ms, 5000ms, 5050ms}) notify.alive(start + after);
  EXPECT_THAT(told(), ElementsAre("WATCHDOG=1", "WATCHDOG=1"));
}

TEST_F(NotifyTest, WithoutAWatchdogNoSignOfLifeIsSent) {
  Notify notify;
  notify.alive();
  EXPECT_THAT(told(), IsEmpty());
}

TEST_F(NotifyTest, TheWatchdogOfAnotherProcessIsNotServed) {
  ::setenv("WATCHDOG_USEC", "10000000", 1);
  ::setenv("WATCHDOG_PID", "1", 1);
  Notify notify;
  notify.alive();
  EXPECT_THAT(told(), IsEmpty());
}

TEST_F(NotifyTest, WithoutAManagerNothingHappens) {
  ::unsetenv("NOTIFY_SOCKET");
  Notify notify;
  notify.ready();
  notify.status("alone");
  notify.alive();
  EXPECT_THAT(told(), IsEmpty());
}

}  // namespace
}  // namespace loads
