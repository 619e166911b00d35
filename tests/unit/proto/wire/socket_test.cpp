#include "proto/wire/socket.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <memory>
#include <string>
#include <zmq.hpp>

#include "wire_test.h"

namespace loads::wire {
namespace {

using testing::HasSubstr;

class SocketTest : public testing::Test {
 protected:
  Socket bound_router(const std::string& endpoint = "tcp://127.0.0.1:0") {
    Socket router = Socket::router(context_, Door::backend);
    router.bind(endpoint);
    return router;
  }

  Socket connected_dealer(Socket& server) {
    Socket dealer = Socket::dealer(context_);
    dealer.connect(server.last_endpoint());
    return dealer;
  }

  std::string ipc(const char* file = "backend.ipc") const { return "ipc://" + (folder_.path() / file).string(); }

  // A peer of another make, which may send what ours does not.
  zmq::socket_t foreign_dealer(Socket& server) {
    zmq::socket_t dealer(context_.handle(), zmq::socket_type::dealer);
    dealer.connect(server.last_endpoint());
    return dealer;
  }

  TemporaryFolder folder_;
  Context context_;
};

TEST_F(SocketTest, QuestionAndAnswerFindTheirWay) {
  for (const std::string& endpoint : {std::string("tcp://127.0.0.1:0"), std::string("tcp://localhost:0"), ipc()}) {
    Socket router = bound_router(endpoint);
    Socket dealer = connected_dealer(router);
    ASSERT_TRUE(send_soon(dealer, "question")) << endpoint;
    const auto question = next_of(router);
    ASSERT_TRUE(question.has_value());
    EXPECT_EQ(question->bytes, "question");
    EXPECT_EQ(question->user_id, "");
    EXPECT_EQ(router.send(question->route, std::string("\0answer", 7)), Sent::sent);
    const auto answer = next_of(dealer);
    ASSERT_TRUE(answer.has_value());
    EXPECT_EQ(answer->bytes, std::string("\0answer", 7));
  }
}

TEST_F(SocketTest, NothingThereIsNoError) {
  Socket router = bound_router();
  EXPECT_FALSE(router.receive().has_value());
  EXPECT_EQ(router.malformed(), 0u);
}

TEST_F(SocketTest, APeerThatVanishedIsUnreachable) {
  Socket router = bound_router();
  auto dealer = std::make_unique<Socket>(connected_dealer(router));
  ASSERT_TRUE(send_soon(*dealer, "hello"));
  const auto hello = next_of(router);
  ASSERT_TRUE(hello.has_value());
  dealer.reset();
  Poller poller;
  EXPECT_TRUE(turn_until(
      poller, [&] { router.receive(); }, [&] { return router.send(hello->route, "x") == Sent::unreachable; }));
  EXPECT_EQ(router.send("nobody", "x"), Sent::unreachable);
  EXPECT_EQ(router.send("", "x"), Sent::unreachable);
}

TEST_F(SocketTest, ADealerQueuesNothingForABrokerThatIsNotThere) {
  Socket dealer = Socket::dealer(context_);
  dealer.connect(ipc());
  EXPECT_EQ(dealer.send("lost?"), Sent::full);
  Socket router = bound_router(ipc());
  EXPECT_TRUE(send_soon(dealer, "first"));
  EXPECT_EQ(next_of(router)->bytes, "first");
}

TEST_F(SocketTest, APeerThatDoesNotReadFillsItsQueueAlone) {
  Socket router = bound_router();
  Socket slow = connected_dealer(router);
  ASSERT_TRUE(send_soon(slow, "hello"));
  const auto hello = next_of(router);
  ASSERT_TRUE(hello.has_value());
  const std::string large(256 << 10, 'x');
  int sent = 0;
  Sent last = Sent::sent;
  while (sent < 1000 && (last = router.send(hello->route, large)) == Sent::sent) ++sent;
  EXPECT_EQ(last, Sent::full);
  Socket quick = connected_dealer(router);
  ASSERT_TRUE(send_soon(quick, "me too"));
  EXPECT_EQ(router.send(next_of(router)->route, "answer"), Sent::sent);
  EXPECT_EQ(next_of(quick)->bytes, "answer");
}

TEST_F(SocketTest, AMessageOfAWrongNumberOfPartsIsDroppedAndCounted) {
  Socket router = bound_router();
  auto foreign = foreign_dealer(router);
  for (const auto& parts : {std::vector<std::string>{"one", "two"}, {"", ""}, std::vector<std::string>(100, "x")}) {
    for (std::size_t i = 0; i < parts.size(); ++i) {
      foreign.send(zmq::buffer(parts[i]), i + 1 < parts.size() ? zmq::send_flags::sndmore : zmq::send_flags::none);
    }
  }
  foreign.send(zmq::str_buffer("good"), zmq::send_flags::none);
  EXPECT_EQ(next_of(router)->bytes, "good");
  EXPECT_EQ(router.malformed(), 3u);
  foreign.set(zmq::sockopt::linger, 0);
}

TEST_F(SocketTest, AFloodOfMalformedMessagesGivesTheThreadBack) {
  Socket router = bound_router();
  auto foreign = foreign_dealer(router);
  for (int i = 0; i < 200; ++i) {
    foreign.send(zmq::str_buffer("a"), zmq::send_flags::sndmore);
    foreign.send(zmq::str_buffer("b"), zmq::send_flags::none);
  }
  Poller poller;
  poller.add(router);
  std::uint64_t most = 0;
  const auto turn = [&] {
    const auto before = router.malformed();
    EXPECT_FALSE(router.receive().has_value());
    most = std::max(most, router.malformed() - before);
  };
  EXPECT_TRUE(turn_until(poller, turn, [&] { return router.malformed() == 200; }));
  EXPECT_LE(most, 64u);
  foreign.set(zmq::sockopt::linger, 0);
}

TEST_F(SocketTest, AnOversizeMessageCostsItsSenderTheConnectionAndNobodyElse) {
  Socket router = bound_router();
  Socket large = connected_dealer(router);
  Socket other = connected_dealer(router);
  ASSERT_TRUE(send_soon(large, std::string(kLargestMessage, 'x')));
  const auto fits = next_of(router);
  ASSERT_TRUE(fits.has_value());
  EXPECT_EQ(fits->bytes.size(), static_cast<std::size_t>(kLargestMessage));
  ASSERT_TRUE(send_soon(other, "before"));
  const auto before = next_of(router);

  ASSERT_TRUE(send_soon(large, std::string(kLargestMessage + 1, 'x')));
  Poller poller;
  EXPECT_TRUE(turn_until(
      poller, [&] { EXPECT_FALSE(router.receive().has_value()); }, [&] { return router.send(fits->route, "x") == Sent::unreachable; }));
  ASSERT_TRUE(send_soon(other, "after"));
  const auto after = next_of(router);
  ASSERT_TRUE(after.has_value());
  EXPECT_EQ(after->bytes, "after");
  EXPECT_EQ(after->route, before->route);
}

TEST_F(SocketTest, ATopicReachesItsSubscribers) {
  Socket publisher = Socket::xpub(context_);
  publisher.bind(ipc("publisher.ipc"));
  Socket console = Socket::sub(context_);
  console.connect(publisher.last_endpoint());
  console.subscribe("run/1");
  const auto subscription = next_of(publisher);
  ASSERT_TRUE(subscription.has_value());
  EXPECT_EQ(subscription->bytes, "\1run/1");
  EXPECT_EQ(publisher.send("run/2", "not for us"), Sent::sent);
  EXPECT_EQ(publisher.send("run/1", "state"), Sent::sent);
  const auto state = next_of(console);
  ASSERT_TRUE(state.has_value());
  EXPECT_EQ(state->route, "run/1");
  EXPECT_EQ(state->bytes, "state");
  console.unsubscribe("run/1");
  EXPECT_EQ(next_of(publisher)->bytes, std::string("\0run/1", 6));
}

TEST_F(SocketTest, AnAddressInUseIsNamed) {
  Socket first = bound_router();
  for (const std::string& endpoint :
       {first.last_endpoint(), std::string("tcp://*:") + std::to_string(tcp_parts(first.last_endpoint()).port)}) {
    const Refusal found = refusal([&] { bound_router(endpoint); });
    EXPECT_EQ(found.code, exit_code::local_resource);
    EXPECT_EQ(found.id, "in-use");
    EXPECT_THAT(found.message, HasSubstr("cannot listen on " + endpoint + ": it is in use"));
  }
}

TEST_F(SocketTest, ASocketFileIsNotTakenFromALivingServer) {
  Socket first = bound_router(ipc());
  EXPECT_EQ(refusal([&] { bound_router(ipc()); }).id, "in-use");
  Socket dealer = connected_dealer(first);
  EXPECT_TRUE(send_soon(dealer, "still there"));
  EXPECT_EQ(next_of(first)->bytes, "still there");
}

TEST_F(SocketTest, ASocketFileIsForItsOwnerAndGoesWithItsServer) {
  const auto file = folder_.path() / "backend.ipc";
  {
    const Socket router = bound_router(ipc());
    EXPECT_EQ(mode_of(file), 0600u);
  }
  EXPECT_FALSE(std::filesystem::exists(file));
  ::chmod(folder_.path().c_str(), 0750);
  const Socket router = bound_router(ipc());
  EXPECT_EQ(mode_of(file), 0660u);
}

TEST_F(SocketTest, AddressesThatCannotBeAreExplained) {
  const Refusal foreign = refusal([&] { bound_router("tcp://192.0.2.1:0"); });
  EXPECT_EQ(foreign.id, "listen");
  EXPECT_THAT(foreign.message, HasSubstr("It is no address of this machine"));
  EXPECT_EQ(refusal([&] { bound_router("ipc:///nowhere/at/all/backend.ipc"); }).id, "listen");
  EXPECT_THAT(refusal([&] { bound_router(ipc(std::string(100, 'x').c_str())); }).message, HasSubstr("107 bytes"));
  EXPECT_EQ(refusal([&] { Socket::dealer(context_).connect("tcp://*:7780"); }).id, "no-broker");
}

}  // namespace
}  // namespace loads::wire
