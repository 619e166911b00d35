#include "runner/cluster/broker_connection.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/refusal.h"
#include "support/temporary_folder.h"
#include "unit/runner/cluster/scripted_broker.h"

namespace loads::runner {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;

class BrokerConnectionTest : public testing::Test {
 protected:
  BrokerAddress address() const { return scripted_address(folder_.path()); }
  proto::Pong pong(std::uint64_t request) const { return scripted_pong(folder_.path(), request); }
  ScriptedBroker::Script after_ping(const ScriptedBroker::Script& script) const {
    return loads::runner::after_ping(folder_.path(), script);
  }
  static std::vector<std::string> nothing(const proto::FromConsole&) { return {}; }

  TemporaryFolder folder_;
};

TEST_F(BrokerConnectionTest, BeginsWithAPing) {
  const ScriptedBroker broker(folder_.path(), after_ping(nothing));
  EXPECT_EQ(BrokerConnection(address()).pong().pid, 4711U);
}

TEST_F(BrokerConnectionTest, HearsWhatIsPublishedOfItsRun) {
  const ScriptedBroker broker(folder_.path(), after_ping(nothing));
  BrokerConnection connection(address());
  connection.listen_to("4f1c09ab");
  std::optional<proto::Snapshot> snapshot;
  for (int turn = 0; turn < 100 && !snapshot; ++turn) {
    connection.wait(100ms);
    snapshot = connection.receive_publication();
  }
  ASSERT_TRUE(snapshot);
  EXPECT_EQ(snapshot->status.run, "4f1c09ab");
}

TEST_F(BrokerConnectionTest, TakesTheAnswerToItsOwnQuestion) {
  const ScriptedBroker broker(
      folder_.path(), after_ping([](const proto::FromConsole& message) -> std::vector<std::string> {
        const std::uint64_t number = std::get<proto::Purge>(message).request;
        return {proto::encode(proto::Done{number + 1000, 1}), "no message at all", proto::encode(proto::Done{number, 3})};
      }));
  BrokerConnection connection(address());
  EXPECT_EQ(connection.ask<proto::Done>(proto::Purge{}).count, 3U);
}

TEST_F(BrokerConnectionTest, ARefusalIsTheBrokersWords) {
  const ScriptedBroker broker(folder_.path(), after_ping([](const proto::FromConsole& message) -> std::vector<std::string> {
                                const std::uint64_t number = std::get<proto::Attach>(message).request;
                                return {proto::encode(proto::Error{number, 2, "no-such-run", "There is no run 4f."})};
                              }));
  BrokerConnection connection(address());
  const Refusal answer = refusal([&] { connection.ask<proto::Snapshot>(proto::Attach{0, "4f"}); });
  EXPECT_EQ(answer.code, 2);
  EXPECT_EQ(answer.id, "no-such-run");
  EXPECT_EQ(answer.message, "There is no run 4f.");
}

TEST_F(BrokerConnectionTest, NoBrokerIsSaidWithTheReason) {
  const Refusal none = refusal([&] { BrokerConnection connection(address()); });
  EXPECT_EQ(none.code, exit_code::no_broker);
  EXPECT_EQ(none.id, "no-broker");
  EXPECT_EQ(none.message, "Can't reach the broker at ipc://" + folder_.path().string() +
                              " (the socket file does not exist). Start one: loads-broker, or --broker tcp://HOST:7780.");
}

TEST_F(BrokerConnectionTest, ABrokerThatDoesNotAnswerIsNone) {
  const ScriptedBroker broker(folder_.path(), nothing);
  EXPECT_THAT(refusal([&] { BrokerConnection connection(address()); }).message, HasSubstr("(no answer within 2s)"));
}

TEST_F(BrokerConnectionTest, AsksAgainWhatDiedWithABroker) {
  int pings = 0;
  const ScriptedBroker broker(folder_.path(), [&](const proto::FromConsole& message) -> std::vector<std::string> {
    if (++pings == 1) return {};
    return {proto::encode(pong(std::get<proto::Ping>(message).request))};
  });
  EXPECT_EQ(BrokerConnection(address()).pong().pid, 4711U);
}

TEST_F(BrokerConnectionTest, AnotherProtocolIsNamedWithBothVersions) {
  const ScriptedBroker broker(folder_.path(), [this](const proto::FromConsole& message) -> std::vector<std::string> {
    proto::Pong other = pong(std::get<proto::Ping>(message).request);
    other.major = proto::kMajor + 1;
    other.version = "9.0.0";
    return {proto::encode(other)};
  });
  const Refusal answer = refusal([&] { BrokerConnection connection(address()); });
  EXPECT_EQ(answer.code, exit_code::no_broker);
  EXPECT_EQ(answer.id, "version");
  EXPECT_THAT(answer.message, HasSubstr("speaks protocol 2 (loads 9.0.0); this loads-runner speaks 1 ("));
}

TEST_F(BrokerConnectionTest, AnswersThatCannotBeReadAreSaidToBeSo) {
  const ScriptedBroker broker(folder_.path(), [](const proto::FromConsole&) { return std::vector<std::string>{"\x80"}; });
  const Refusal answer = refusal([&] { BrokerConnection connection(address()); });
  EXPECT_EQ(answer.id, "version");
  EXPECT_THAT(answer.message, HasSubstr("cannot be read"));
}

TEST(BrokerAddress, OfNobodysChoiceIsThisMachines) {
  const BrokerAddress address = broker_address({}, {{"XDG_RUNTIME_DIR", "/run/user/1"}});
  EXPECT_EQ(address.endpoints.frontend, "ipc:///run/user/1/loads/frontend.ipc");
  EXPECT_FALSE(address.keys);
}

TEST(BrokerAddress, OverTcpNeedsACredential) {
  const TemporaryFolder folder;
  ClusterOptions options;
  options.broker = "tcp://there:7780";
  const Refusal none = refusal([&] {
    broker_address(options, {{"XDG_CONFIG_HOME", folder.path().string()}, {"HOME", folder.path().string()}});
  });
  EXPECT_EQ(none.code, exit_code::usage);
  EXPECT_EQ(none.id, "keys");
  EXPECT_THAT(none.message, HasSubstr("loads-broker --enroll runner NAME"));
  options.no_auth = true;
  EXPECT_EQ(broker_address(options, {}).endpoints.frontend, "tcp://there:7780");
}

TEST(ReachablePublisher, IsAtTheBrokersHostWhenItIsBoundToEveryAddress) {
  EXPECT_EQ(reachable_publisher("tcp://0.0.0.0:7782", "tcp://there:7780"), "tcp://there:7782");
  EXPECT_EQ(reachable_publisher("tcp://*:99", "tcp://[fe80::1]:7780"), "tcp://[fe80::1]:99");
  EXPECT_EQ(reachable_publisher("tcp://[::]:99", "tcp://10.0.0.1:7780"), "tcp://10.0.0.1:99");
  EXPECT_EQ(reachable_publisher("tcp://10.0.0.1:7782", "tcp://there:7780"), "tcp://10.0.0.1:7782");
  EXPECT_EQ(reachable_publisher("ipc:///a/publisher.ipc", "ipc:///a/frontend.ipc"), "ipc:///a/publisher.ipc");
}

TEST(WhySilent, TellsARefusalFromSilence) {
  EXPECT_EQ(why_silent("ipc:///nowhere/frontend.ipc"), "the socket file does not exist");
  EXPECT_EQ(why_silent("tcp://127.0.0.1:1"), "connection refused");
  const TemporaryFolder folder;
  const std::string file = folder.write("frontend.ipc", "").string();
  EXPECT_EQ(why_silent("ipc://" + file), "connection refused");
}

}  // namespace
}  // namespace loads::runner
