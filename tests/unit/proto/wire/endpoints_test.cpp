#include "proto/wire/endpoints.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <pwd.h>
#include <unistd.h>

#include <string>

#include "wire_test.h"

namespace loads::wire {
namespace {

using testing::HasSubstr;

constexpr uid_t kNobodyKnown = 4000000;  // has no entry among the system's users

std::string refused(const std::string& address) {
  const auto [code, message, id] = refusal([&] { endpoints_of(address); });
  EXPECT_EQ(code, exit_code::usage) << address;
  EXPECT_EQ(id, "options") << address;
  return message;
}

TEST(Endpoints, OfTcpAreThreePortsInARow) {
  EXPECT_EQ(endpoints_of("tcp://broker.example:9000"),
            (Endpoints{"tcp://broker.example:9000", "tcp://broker.example:9001", "tcp://broker.example:9002", {}}));
  EXPECT_EQ(endpoints_of("tcp://10.0.0.1"), (Endpoints{"tcp://10.0.0.1:7780", "tcp://10.0.0.1:7781", "tcp://10.0.0.1:7782", {}}));
  EXPECT_EQ(endpoints_of("tcp://*:7780").backend, "tcp://*:7781");
  EXPECT_EQ(endpoints_of("tcp://h:65533").publisher, "tcp://h:65535");
}

TEST(Endpoints, OfIpv6KeepTheirBrackets) {
  EXPECT_EQ(endpoints_of("tcp://[::1]:7780"), (Endpoints{"tcp://[::1]:7780", "tcp://[::1]:7781", "tcp://[::1]:7782", {}}));
  EXPECT_EQ(endpoints_of("tcp://[fe80::1%eth0]").frontend, "tcp://[fe80::1%eth0]:7780");
}

TEST(Endpoints, OfIpcAreFilesInAFolder) {
  const Endpoints run{"ipc:///run/loads/frontend.ipc", "ipc:///run/loads/backend.ipc", "ipc:///run/loads/publisher.ipc", "/run/loads"};
  EXPECT_EQ(endpoints_of("ipc:///run/loads"), run);
  EXPECT_EQ(endpoints_of("ipc:///run/loads/"), run);
  EXPECT_EQ(endpoints_of("ipc:///run/x/../loads/backend.ipc"), run);
  EXPECT_EQ(endpoints_of("ipc:///run/loads/frontend.ipc"), run);
}

TEST(Endpoints, ThatAreNoneAreExplained) {
  EXPECT_THAT(refused("broker:7780"), HasSubstr("write tcp://broker:7780"));
  EXPECT_THAT(refused("http://broker"), HasSubstr("write tcp://HOST:PORT"));
  EXPECT_THAT(refused(""), HasSubstr("write tcp://HOST:PORT"));
  EXPECT_THAT(refused("tcp://"), HasSubstr("no host"));
  EXPECT_THAT(refused("tcp://a;b"), HasSubstr("no host"));
  EXPECT_THAT(refused("tcp://h:"), HasSubstr("no port behind its colon"));
  EXPECT_THAT(refused("tcp://h:x1"), HasSubstr("no port behind its colon"));
  EXPECT_THAT(refused("tcp://h:65536"), HasSubstr("no port behind its colon"));
  EXPECT_THAT(refused("tcp://h:65534"), HasSubstr("from 1 to 65533"));
  EXPECT_THAT(refused("tcp://h:0"), HasSubstr("from 1 to 65533"));
  EXPECT_THAT(refused("tcp://::1:7780"), HasSubstr("in brackets"));
  EXPECT_THAT(refused("tcp://[::1"), HasSubstr("closing bracket"));
  EXPECT_THAT(refused("tcp://[::1]7780"), HasSubstr("behind its bracket"));
  EXPECT_THAT(refused("ipc://run/loads"), HasSubstr("whole path"));
  EXPECT_THAT(refused("ipc://@loads"), HasSubstr("whole path"));
}

TEST(Endpoints, PathsEndWhereTheSystemsDo) {
  const std::string fits = "/" + std::string(107 - 1 - std::string("/publisher.ipc").size(), 'x');
  EXPECT_EQ(endpoints_of("ipc://" + fits).publisher.size(), std::string("ipc://").size() + 107);
  EXPECT_THAT(refused("ipc://" + fits + "x"), HasSubstr("allows 107 bytes for the path of a socket, this has 108"));
}

TEST(Endpoints, LoopbackIsWhatThisMachineAloneReaches) {
  EXPECT_TRUE(is_loopback("tcp://127.0.0.1:7780"));
  EXPECT_TRUE(is_loopback("tcp://127.1.2.3:7780"));
  EXPECT_TRUE(is_loopback("tcp://[::1]:7780"));
  EXPECT_TRUE(is_loopback("tcp://localhost:7780"));
  EXPECT_FALSE(is_loopback("tcp://127.example.org:7780"));
  EXPECT_FALSE(is_loopback("tcp://0.0.0.0:7780"));
  EXPECT_FALSE(is_loopback("tcp://*:7780"));
  EXPECT_FALSE(is_loopback("ipc:///run/loads/backend.ipc"));
}

TEST(DefaultEndpoints, TakeTheFirstFolderThatIsTold) {
  const Environment all{
      {"RUNTIME_DIRECTORY", "/run/a:/run/b"}, {"XDG_RUNTIME_DIR", "/run/user/7"}, {"XDG_STATE_HOME", "/s"}, {"HOME", "/h"}};
  const auto folder = [](Environment environment, const char* without, uid_t user = 7) {
    environment.erase(without);
    return default_endpoints(environment, user, "/nowhere").folder;
  };
  EXPECT_EQ(folder(all, ""), "/run/a");
  Environment rest = all;
  EXPECT_EQ(folder(rest, "RUNTIME_DIRECTORY"), "/run/user/7/loads");
  rest.erase("RUNTIME_DIRECTORY");
  EXPECT_EQ(folder(rest, "XDG_RUNTIME_DIR"), "/s/loads/run");
  EXPECT_EQ(folder(rest, "XDG_RUNTIME_DIR", 0), "/nowhere/loads");
  rest.erase("XDG_RUNTIME_DIR");
  EXPECT_EQ(folder(rest, "XDG_STATE_HOME"), "/h/.local/state/loads/run");
}

TEST(DefaultEndpoints, UseTheSessionsFolderOnlyWhenItIsOurs) {
  const TemporaryFolder run;
  const uid_t us = ::geteuid();
  std::filesystem::create_directories(run.path() / "user" / std::to_string(us));
  std::filesystem::create_directories(run.path() / "user" / std::to_string(us + 1));
  const Environment environment{{"HOME", "/h"}};
  EXPECT_EQ(default_endpoints(environment, us, run.path()).folder, run.path() / "user" / std::to_string(us) / "loads");
  EXPECT_EQ(default_endpoints(environment, us + 1, run.path()).folder, "/h/.local/state/loads/run");
}

TEST(DefaultEndpoints, AskTheSystemForTheHomeOfAUserWithoutEnvironment) {
  const passwd* daemon = ::getpwnam("daemon");
  ASSERT_NE(daemon, nullptr);
  EXPECT_EQ(default_endpoints({}, daemon->pw_uid, "/nowhere").folder, std::filesystem::path(daemon->pw_dir) / ".local/state/loads/run");
}

TEST(DefaultEndpoints, NeverGuessAHome) {
  const auto [code, message, id] = refusal([] { default_endpoints({{"XDG_RUNTIME_DIR", "relative"}}, kNobodyKnown, "/nowhere"); });
  EXPECT_EQ(code, exit_code::usage);
  EXPECT_THAT(message, HasSubstr("HOME and XDG_RUNTIME_DIR are not set"));
}

}  // namespace
}  // namespace loads::wire
